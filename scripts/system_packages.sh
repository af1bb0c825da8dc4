#!/usr/bin/env bash
# What `make test` needs beyond Python and Node: as root on Debian it installs what is missing, elsewhere it says what to install and stops.
set -euo pipefail

missing=()

has_library() { ldconfig -p 2>/dev/null | grep -qF "$1"; }
has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_chinese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family | head -n 1)" ]; }

need() { # Debian's package, the test for it
  "${@:2}" || missing+=("$1")
}

if [ "$(uname -s)" = Linux ]; then
  need libpango-1.0-0 has_library libpango-1.0.so.0
  need libpangoft2-1.0-0 has_library libpangoft2-1.0.so.0
  need libharfbuzz-subset0 has_library libharfbuzz-subset.so.0
  need fonts-noto-cjk has_chinese_font
fi
need chromium has_browser
need postgresql has_postgres
need gettext command -v xgettext >/dev/null

[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi

echo "The tests need what is missing here: ${missing[*]}"
if [ -e /etc/debian_version ]; then
  echo "Install it and run make again:  sudo apt-get install --no-install-recommends ${missing[*]}"
else
  echo "These are the names of Debian packages; install the same under your system's names (PostgreSQL 15 or newer), then run make again."
fi
exit 1
