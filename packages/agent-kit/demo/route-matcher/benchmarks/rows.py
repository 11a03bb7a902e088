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
    table = RouteTable()
    for i in range(20):
        table.insert(f"route{rng.randrange(900)}", f"/{i}", rng.sample(["web", "api", "internal", "beta"], 2))
    for _ in range(10):
        digest.update(repr(table.rows()).encode())
print(digest.hexdigest())
