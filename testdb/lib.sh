# shellcheck shell=bash
# What testdb/demo and testdb/test share: packages, builds, one place for how the compiler is run.
# Sourced, never run. Everything here can be done again at any time: what is there is left alone.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=${SEGUE_JOBS:-$(nproc)}

say() { printf '== %s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# Debian 12's names. The server comes from the distribution, too; others: testdb/postgres fetch.
packages=(
  g++ cmake ninja-build ccache mold pkg-config
  libpqxx-dev libpq-dev libsqlite3-dev libfmt-dev libcli11-dev libyaml-cpp-dev libspdlog-dev
  nlohmann-json3-dev libpg-query-dev libssl-dev catch2
  postgresql-15 postgresql-client-15 sqlite3 unicode-data
)

# What the tests of real clients use; the demo does not.
client_packages=(
  python3 python3-psycopg2 python3-sqlalchemy python3-django
  libevent-2.1-7 libc-ares2
)

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    die "these packages need root: apt-get install ${missing[*]}"
  fi
}

# The tests start servers of their own. So the package shall neither make a cluster nor start one;
# the setting goes again afterwards, because what the machine does with PostgreSQL is not ours.
without_cluster() {
  local setting=/etc/postgresql-common/createcluster.d/segue-testdb.conf status=0
  as_root mkdir -p "$(dirname "$setting")"
  echo 'create_main_cluster = false' | as_root tee "$setting" > /dev/null
  "$@" || status=$?
  as_root rm -f "$setting"
  return "$status"
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" < /dev/null
}

# install_packages PACKAGE...
install_packages() {
  local package
  missing=()
  command -v dpkg-query > /dev/null || die "this set-up knows Debian only (no dpkg-query found)"
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  apt_get update || die "apt-get update failed"
  without_cluster apt_get install --no-install-recommends "${missing[@]}" ||
    die "apt-get could not install: ${missing[*]}"
}

# The program alone, unpacked: its package would also set up and start a service.
bring_pgbouncer() {
  local folder=$root/build/testdb/pgbouncer
  [[ ! -x $folder/usr/sbin/pgbouncer ]] || return 0
  ! PATH=$PATH:/usr/sbin command -v pgbouncer > /dev/null || return 0
  say "unpacking pgbouncer into build/testdb"
  mkdir -p "$folder"
  (cd "$folder" && apt-get -q download pgbouncer && dpkg -x pgbouncer_*.deb . &&
    rm pgbouncer_*.deb) || die "pgbouncer could not be brought"
}

# ccache keeps nothing of a build with precompiled headers unless it is told that their macros and
# times may be trusted. A home that cannot be written must not fail the build.
prepare_cache() {
  export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
  local folder=${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/ccache}
  if ! mkdir -p "$folder" 2> /dev/null || [[ ! -w $folder ]]; then
    export CCACHE_DIR=$root/.cache/ccache
    mkdir -p "$CCACHE_DIR"
  fi
}

# build PRESET: configures when needed (ninja itself notices changed CMake files) and builds.
build() {
  local preset=$1 started=$SECONDS
  cd "$root"
  if [[ ! -f build/$preset/build.ninja ]]; then
    mkdir -p "build/$preset"
    CXXFLAGS="${CXXFLAGS:-} -fpch-preprocess" cmake --preset "$preset" \
      > "build/$preset/configure.log" 2>&1 ||
      { cat "build/$preset/configure.log" >&2; die "configuring the $preset build failed"; }
  fi
  cmake --build --preset "$preset" -j "$jobs"
  say "built $preset in $((SECONDS - started)) s"
}

# set_up [PACKAGE...]: what both commands need, and more.
set_up() {
  install_packages "${packages[@]}" "$@"
  prepare_cache
}
