import hashlib
import os
import random
import sys

scale = int(os.environ.get("UNIVERSE_SCALE", "1"))
seed = int(os.environ.get("UNIVERSE_SEED", "1"))
for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
    del os.environ[name]
sys.path.insert(0, os.getcwd())

from route_matcher import normalise_path

rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    for _ in range(400):
        path = "/".join(rng.choice(["a", "users", "..", ".", "", "files"]) for _ in range(8))
        digest.update(normalise_path(path).encode() + b"\n")
print(digest.hexdigest())
