#!/usr/bin/env bash
# The audit's hot paths beside a bare contingency table of numpy, in turn in one run, so that other load on the machine hits both.
# Needs python3-numpy (Debian). Usage: benchmarks/side-by-side/audit.sh [ROWS]
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-1000000}
dotnet build benchmarks -c Release -v q > /dev/null
echo "name rows best-ms median-ms processor-ms allocated-bytes"
for _ in 1 2 3; do
  /usr/bin/python3 benchmarks/side-by-side/audit.py "$rows"
  artifacts/bin/Benchmarks/release/ResearchKit.Benchmarks audit-times "$rows"
done
