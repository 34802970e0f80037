# Where things go. Sourced by run.sh and test.sh with $root set to the clone; needs bash.
#
# PostgreSQL refuses to run as root, so as root the servers run as another user: that user must be able to enter the folders.

servers_user() { id -u postgres 2>/dev/null || id -u nobody; }

# True when the user of the servers can enter the folder $1.
servers_can_enter() { [ "$(id -u)" -ne 0 ] || setpriv --reuid="$(servers_user)" --clear-groups test -x "$1"; }

if servers_can_enter "$root"; then
  export PERFPLATFORM_SERVERS=${PERFPLATFORM_SERVERS:-$root/.servers}
  export PERFPLATFORM_DATA=${PERFPLATFORM_DATA:-$root/data}
else
  export PERFPLATFORM_SERVERS=${PERFPLATFORM_SERVERS:-/var/lib/perfplatform-servers}
  export PERFPLATFORM_DATA=${PERFPLATFORM_DATA:-/var/lib/perfplatform}
fi
