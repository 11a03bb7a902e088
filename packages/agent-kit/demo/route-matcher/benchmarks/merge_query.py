import hashlib
import os
import random
import sys

scale = int(os.environ.get("UNIVERSE_SCALE", "1"))
seed = int(os.environ.get("UNIVERSE_SEED", "1"))
for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
    del os.environ[name]
sys.path.insert(0, os.getcwd())

from route_matcher import merge_query

NAMES = [f"filter{i}" for i in range(90)]
rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    for _ in range(10):
        pairs = list(zip(rng.choices(NAMES[:60], k=120), rng.choices(range(100), k=120)))
        changes = list(zip(rng.choices(NAMES, k=60), rng.choices(range(100), k=60)))
        digest.update(repr(merge_query(pairs, changes)).encode())
print(digest.hexdigest())
