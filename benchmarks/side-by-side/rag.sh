#!/usr/bin/env bash
# Searches beside faiss and hnswlib on the same vectors, one thread, processor time, in turn.
# Needs python3-faiss, python3-hnswlib and libopenblas0-pthread (Debian); without OpenBLAS faiss runs on the slow reference BLAS: the first line says which is loaded.
# Usage: benchmarks/side-by-side/rag.sh [COUNT [DIMENSION [ROUNDS]]]
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-20000} dimension=${2:-768} rounds=${3:-1}
dotnet build benchmarks -c Release -v q > /dev/null
ours=artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$ours" rag-data "$folder" "$count" "$dimension"
for ((round = 0; round < rounds; round++)); do
  uptime
  "$ours" rag-times "$folder"
  /usr/bin/python3 benchmarks/side-by-side/rag.py "$folder"
done
