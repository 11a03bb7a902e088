import hashlib
import os
import random
import sys

scale = int(os.environ.get("UNIVERSE_SCALE", "1"))
seed = int(os.environ.get("UNIVERSE_SEED", "1"))
for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
    del os.environ[name]
sys.path.insert(0, os.getcwd())

from route_matcher import RouteTable

rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    for _ in range(6):
        table = RouteTable()
        table.extend([(f"route{rng.randrange(500)}", f"/{i}", ["web"]) for i in range(100)])
        digest.update("\n".join(row["name"] + row["template"] for row in table._rows).encode())
print(digest.hexdigest())
