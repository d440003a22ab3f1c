#!/bin/sh
# Runs `npm run check` on Node 24 as well: npm's `node` package carries the binary. It is installed outside node_modules, where every
# script of this project would silently run on it.
set -eu
cd "$(dirname "$0")/.."
folder="${TMPDIR:-/tmp}/selvage-node24"
npm install --prefix "$folder" --no-save --no-package-lock node@24
PATH="$folder/node_modules/node/bin:$folder/node_modules/.bin:$PATH"
export PATH
node --version
npm run check
