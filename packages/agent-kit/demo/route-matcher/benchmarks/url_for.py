import hashlib
import os
import random
import sys

scale = int(os.environ.get("UNIVERSE_SCALE", "1"))
seed = int(os.environ.get("UNIVERSE_SEED", "1"))
for name in [name for name in os.environ if name.startswith("UNIVERSE_")]:
    del os.environ[name]
sys.path.insert(0, os.getcwd())

from route_matcher import Router

rng = random.Random(seed)
digest = hashlib.sha256()
for _ in range(scale):
    router = Router()
    names = [f"route{i}" for i in range(250)]
    for i in rng.sample(range(250), 250):
        router.add("GET", f"/section{i}/" + "{id}", name=names[i])
    for name, id in zip(rng.choices(names, k=1500), rng.choices(range(9999), k=1500)):
        digest.update(router.url_for(name, id=id).encode())
print(digest.hexdigest())
