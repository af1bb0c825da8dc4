#!/bin/bash
# Builds the planner's kernel beside its Python door. Without a Rust compiler the small reference search does its work.
set -euo pipefail
cd "$(dirname "$0")/../furrow/routing/kernel"
if ! command -v cargo >/dev/null; then
  echo 'No Rust compiler (cargo) found: the fast planner is not built, plans are made by the small reference search.'
  exit
fi
echo 'Building the planner'
cargo build --release --offline --locked --quiet
for library in libfurrow_kernel.so libfurrow_kernel.dylib furrow_kernel.dll; do
  if [ -e "target/release/$library" ]; then
    # a new file instead of an overwritten one: running processes keep the old one
    cp "target/release/$library" "../.$library" && mv "../.$library" "../$library"
  fi
done
mkdir -p ../../../.stamps
touch ../../../.stamps/kernel
