#!/usr/bin/env bash
# Planning, TIES, EMR and PCB beside torch's formulation, 8 tasks of 5 million parameters, two threads each, in one run and in turn.
# Needs python3-torch and libopenblas0-pthread (Debian). Usage: benchmarks/side-by-side/merge.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build benchmarks -c Release -v q > /dev/null
ours=$(artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks merge-times)
peer=$(/usr/bin/python3 benchmarks/side-by-side/merge.py 2)
paste -d' ' <(echo "$ours") <(echo "$peer") |
  awk '{ printf "%-8s wall ours %s torch %s ratio %.1f | processor ours %s torch %s ratio %.1f\n", $1, $2, $5, $5/$2, $3, $6, $6/$3 }'
artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks merge-planning
