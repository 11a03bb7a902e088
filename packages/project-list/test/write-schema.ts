// Writes projects.schema.json anew: node packages/project-list/test/write-schema.ts
import { writeFileSync } from "node:fs";
import { projectListJsonSchema } from "@universe-optimize/project-list";

const file = new URL("../projects.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(projectListJsonSchema(), null, 2)}\n`);
