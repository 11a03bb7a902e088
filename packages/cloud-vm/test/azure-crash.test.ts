import { expect, it } from "vitest";
import { azureWorld, type AzureWorld } from "./azure-world.ts";

// A process that is killed is one whose requests end at some point: nothing of it lies on disk. So each point is tried by
// cutting every connection from there on, and going on with a provider that knows nothing.

type Act = "create" | "destroy";

/** How many calls an undisturbed act makes. */
async function countCalls(act: Act): Promise<number> {
  await using world = await azureWorld();
  const provider = world.provider();
  await prepare(world, act);
  const before = (await world.arm.calls()).length;
  await (act === "create" ? provider.create(world.request("m-1")) : provider.destroy("m-1"));
  return (await world.arm.calls()).length - before;
}

async function prepare(world: AzureWorld, act: Act): Promise<void> {
  if (act === "destroy") await world.provider().create(world.request("m-1"));
}

/** Runs the act until its call of that number, and not a step further. */
async function killAt(world: AzureWorld, act: Act, point: number, when: "before" | "after"): Promise<void> {
  const control = new AbortController();
  let seen = 0;
  world.arm.onCall((_call, moment) => {
    if (moment === "before") seen += 1;
    const isDead = seen > point || (seen === point && (when === "before" || moment === "after"));
    if (!isDead) return undefined;
    control.abort(new Error("killed"));
    return "cut";
  });
  const provider = world.provider();
  await (
    act === "create"
      ? provider.create(world.request("m-1"), control.signal)
      : provider.destroy("m-1", control.signal)
  ).then(
    () => undefined,
    () => undefined,
  );
  expect(control.signal.aborted).toBe(true);
  world.arm.onCall(null);
}

it.each(["create", "destroy"] as const)(
  "has one machine at most and leaves none, killed at any call of %s",
  async (act) => {
    const calls = await countCalls(act);
    expect(calls).toBeGreaterThan(5);
    for (let point = 1; point <= calls; point++) {
      for (const when of ["before", "after"] as const) {
        await using world = await azureWorld();
        await prepare(world, act);
        await killAt(world, act, point, when);
        const provider = world.provider();
        const place = `${when} call ${point} of ${calls}`;
        if (act === "create") {
          const made = await provider.create(world.request("m-1"));
          expect(made.state, place).toBe("running");
          expect(await provider.get("m-1"), place).toEqual(made);
        }
        await provider.destroy("m-1");
        expect(await world.arm.mostAlive({}), place).toBe(1);
        expect(await world.leftovers(), place).toEqual([]);
      }
    }
  },
);

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
