"""What must hold in every host: the desk works there, and the host is as it was."""

from tests.hosts.desk_works import DeskWorks
from tests.hosts.host_stays import HostStaysItself


class HostContract(DeskWorks, HostStaysItself):
    """Run by the tests of each host, which make it in the fixture `made` of their module."""
