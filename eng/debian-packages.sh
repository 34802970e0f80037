# Packages of another Debian release, unpacked and not installed. Sourced by fetch-servers.sh and fetch-rivals.sh, which define fail; POSIX sh.

# Prints the mirror of this machine's own apt sources (sources.list and deb822 files alike) that serves Debian's main archive.
mirror() {
  code=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
  apt-get --print-uris update 2>/dev/null |
    sed -n "s,^'\\([^']*\\)/dists/\\($code\\|stable\\|testing\\|unstable\\|sid\\)/InRelease'.*,\\1,p" | head -n 1
}

# Makes the folder $2 an apt of its own that knows the packages of release $1.
packages_of() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "this needs Debian's apt-get and dpkg-deb"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || fail "$keyring is missing: install the package debian-archive-keyring"
  from=$(mirror)
  [ -n "$from" ] || fail "no Debian mirror among this machine's apt sources"
  arch=$(dpkg --print-architecture)
  mkdir -p "$2/lists/partial" "$2/cache/archives/partial" "$2/empty"
  : > "$2/status"
  echo "deb [signed-by=$keyring] $from $1 main" > "$2/sources.list"
  cat > "$2/apt.conf" <<CONF
Dir::Etc::sourcelist "$2/sources.list"; Dir::Etc::sourceparts "$2/empty";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "$2/empty";
Dir::State "$2"; Dir::State::lists "$2/lists"; Dir::State::status "$2/status"; Dir::Cache "$2/cache";
APT::Architecture "$arch"; APT::Architectures { "$arch"; }; APT::Sandbox::User ""; Acquire::Languages "none"; Acquire::Retries "3";
#clear APT::Update::Post-Invoke-Success;
CONF
  APT_CONFIG=$2/apt.conf apt-get -qq update
}

# Downloads packages with the apt in the folder $1 and unpacks them into the folder $2: unpack APT TARGET PACKAGE ...
unpack() {
  apt=$1 into=$2
  shift 2
  ( cd "$apt" && APT_CONFIG=$apt/apt.conf apt-get -qq download "$@" )
  for d in "$apt"/*.deb; do dpkg-deb -x "$d" "$into"; done
}
