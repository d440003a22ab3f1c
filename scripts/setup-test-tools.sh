#!/bin/sh
# Installs what the tests use beyond npm, from Debian or Ubuntu, as root: Chromium (it opens GraphiQL), and the other makers' programs that
# our answers are held against: PHP's SoapServer, zeep and spyne, xmllint, xmlsec1, protoc, and gRPC's C core by Python. And nginx, which plays
# the backends of the bench, and redis-server, in which several gateways count together.
# Where it cannot, it says so and succeeds: those tests are then skipped. With CI=true it fails, since there none may be skipped.
set -eu

missing=""
if [ ! -x "${CHROMIUM_PATH:-/usr/bin/chromium}" ]; then missing="$missing chromium"; fi
if ! php -m 2> /dev/null | grep -qi '^soap$'; then missing="$missing php-cli php-soap"; fi
# Debian's own Python: it has the packages that Debian installs.
if ! /usr/bin/python3 -c 'import lxml, zeep, spyne, xmlsec, requests_toolbelt' 2> /dev/null; then
  missing="$missing python3-lxml python3-zeep python3-spyne python3-xmlsec python3-requests-toolbelt"
fi
if ! command -v xmllint > /dev/null; then missing="$missing libxml2-utils"; fi
# protoc alone does not bring google/protobuf/descriptor.proto, which the protos of the tests import.
if ! command -v protoc > /dev/null || [ ! -f /usr/include/google/protobuf/descriptor.proto ]; then
  missing="$missing protobuf-compiler libprotobuf-dev"
fi
if ! /usr/bin/python3 -c 'import grpc.aio, google.protobuf' 2> /dev/null; then missing="$missing python3-grpcio python3-protobuf"; fi
if ! command -v nginx > /dev/null || [ ! -f "${NGINX_MODULES:-/usr/lib/nginx/modules}/ngx_http_echo_module.so" ]; then
  missing="$missing nginx-light libnginx-mod-http-echo"
fi
if ! command -v xmlsec1 > /dev/null; then missing="$missing xmlsec1"; fi
if ! command -v redis-server > /dev/null; then missing="$missing redis-server"; fi
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  # shellcheck disable=SC2086
  if apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; then
    exit 0
  fi
fi

echo "******************************************************************************" >&2
echo "Not installed:$missing" >&2
echo "Installing them takes root, apt-get and a Debian mirror. The tests that use" >&2
echo "them will be SKIPPED. (CHROMIUM_PATH says where Chromium is, if it is not" >&2
echo "/usr/bin/chromium.)" >&2
echo "******************************************************************************" >&2
[ "${CI:-}" != "true" ]
