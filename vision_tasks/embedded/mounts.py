"""Which directories lie on another machine."""

from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
_MOUNTS = Path("/proc/self/mounts")


def get_network_file_system(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network file system that holds `path`, None for a local one.

    `mounts` is in the format of `man 5 fstab`; where there is none, every path counts as local.
    """
    try:
        lines = mounts.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    kind, longest = "", -1
    for line in lines:
        _, where, this_kind, *_ = line.split(" ")
        mount = Path(_unescape(where))
        # The last of two mounts on one place hides the first.
        if path.is_relative_to(mount) and len(mount.parts) >= longest:
            kind, longest = this_kind, len(mount.parts)
    return kind if kind in NETWORK_FILE_SYSTEMS else None


def _unescape(field: str) -> str:
    for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(escape, character)
    return field
