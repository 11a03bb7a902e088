import { expect, it } from "vitest";
import { azureWorld } from "./azure-world.ts";

it("has no second name when a creation is accepted and its answer is lost", async () => {
  await using world = await azureWorld();
  for (const path of ["/virtualMachines/m-1$", "/networkInterfaces/m-1-nic$", "/publicIPAddresses/m-1-ip$"])
    await world.arm.addFault({ method: "PUT", path, effect: "cut", when: "after", times: 2 });
  const provider = world.provider();
  expect((await provider.create(world.request("m-1"))).state).toBe("running");
  expect(await world.arm.mostAlive({})).toBe(1);
  expect(await world.leftovers()).toHaveLength(4);
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("makes one machine when two processes ask at once", async () => {
  await using world = await azureWorld();
  const made = await Promise.all([1, 2, 3].map(() => world.provider().create(world.request("m-1"))));
  expect(made[1]).toEqual(made[0]);
  expect(made[2]).toEqual(made[0]);
  expect(await world.arm.mostAlive({})).toBe(1);
  await world.provider().destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});
