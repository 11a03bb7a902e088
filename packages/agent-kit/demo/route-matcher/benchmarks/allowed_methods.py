import hashlib
import os
import random
import sys

scale = int(os.environ.get("UNIVERSE_SCALE", "1"))
seed = int(os.environ.get("UNIVERSE_SEED", "1"))
for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
    del os.environ[name]
sys.path.insert(0, os.getcwd())

from route_matcher import allowed_methods

METHODS = ["get", "HEAD", "POST", "put", "PATCH", "delete", "OPTIONS"]
rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    for _ in range(20):
        routes = [{"methods": rng.choices(METHODS, k=3)} for _ in range(30)]
        digest.update(" ".join(allowed_methods(routes)).encode())
print(digest.hexdigest())
