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
    areas = [f"area{rng.randrange(1000)}" for _ in range(12)]
    for i, area in enumerate(areas):
        router.add("GET", "/" + area + "/{id:int}/items/{item}", name=f"route{i}", priority=rng.randrange(3))
    for _ in range(60):
        match = router.match("GET", f"/{rng.choice(areas)}/{rng.randrange(9999)}/items/{rng.choice('abc')}")
        digest.update(f"{match.name} {sorted(match.params.items())}\n".encode())
print(digest.hexdigest())
