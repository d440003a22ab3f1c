#!/bin/sh
# Installs what the tests use beyond npm: Chromium, for the test that opens GraphiQL. Debian and Ubuntu, as root.
# Where it cannot, it says so and succeeds, unless CI=true: there the test must not be skipped.
set -eu

if [ -n "${CHROMIUM_PATH:-}" ] && [ -x "${CHROMIUM_PATH}" ]; then
  echo "Chromium: ${CHROMIUM_PATH}"
  exit 0
fi
if [ -x /usr/bin/chromium ]; then
  echo "Chromium: /usr/bin/chromium"
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  if apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; then
    exit 0
  fi
fi

echo "******************************************************************************" >&2
echo "Chromium is not installed, and could not be: that takes root, apt-get and a" >&2
echo "Debian mirror. The test that opens GraphiQL will be SKIPPED. Install Chromium" >&2
echo "(CHROMIUM_PATH says where, if not /usr/bin/chromium)." >&2
echo "******************************************************************************" >&2
[ "${CI:-}" != "true" ]
