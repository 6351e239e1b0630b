"""The peers' half of rag.sh: faiss and hnswlib on the vectors that our half wrote, one thread, processor time."""
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import faiss
import hnswlib
import numpy as np

K = 10
faiss.omp_set_num_threads(1)


def load(name):
    raw = np.fromfile(os.path.join(sys.argv[1], name), dtype=np.int32)
    return np.ascontiguousarray(raw.reshape(-1, raw[0] + 1)[:, 1:].view(np.float32))


def best(repeats, action):
    seconds = float("inf")
    if repeats > 1:
        action()
    for _ in range(repeats):
        start = time.process_time()
        action()
        seconds = min(seconds, time.process_time() - start)
    return seconds


def show(name, value):
    print(f"{name} {value:.4f}", flush=True)


def each(search, queries):
    for i in range(len(queries)):
        search(queries[i : i + 1])


base, queries = load("base.fvecs"), load("queries.fvecs")
with open("/proc/self/maps") as maps:
    blas = sorted({line.split()[-1] for line in maps if "blas" in line})
print("blas", *blas, flush=True)
flat = faiss.IndexFlatL2(base.shape[1])
flat.add(base)
show("faiss-flat-single-qps", 50 / best(5, lambda: each(lambda q: flat.search(q, K), queries[:50])))
show("faiss-flat-batch-32-qps", 32 / best(5, lambda: flat.search(queries[:32], K)))
show("faiss-flat-batch-500-qps", 500 / best(3, lambda: flat.search(queries, K)))
exact = flat.search(queries, K)[1]


def recall(found):
    return np.mean([len(set(a) & set(b)) / K for a, b in zip(exact, found)])


peer = hnswlib.Index("l2", base.shape[1])
peer.init_index(len(base), M=16, ef_construction=100)
peer.set_num_threads(1)
show("hnswlib-build-s", best(1, lambda: peer.add_items(base, num_threads=1)))
for ef in (10, 16, 32, 64, 128):
    peer.set_ef(ef)
    show(f"hnswlib-{ef}-recall", recall(peer.knn_query(queries, K, num_threads=1)[0]))
    show(f"hnswlib-{ef}-qps", len(queries) / best(5, lambda: peer.knn_query(queries, K, num_threads=1)))
graph = faiss.IndexHNSWFlat(base.shape[1], 16)
graph.hnsw.efConstruction = 100
show("faiss-hnsw-build-s", best(1, lambda: graph.add(base)))
for ef in (10, 16, 32, 64, 128):
    graph.hnsw.efSearch = ef
    show(f"faiss-hnsw-{ef}-recall", recall(graph.search(queries, K)[1]))
    show(f"faiss-hnsw-{ef}-qps", len(queries) / best(5, lambda: each(lambda q: graph.search(q, K), queries)))
