using PerfPlatform.Agent.Filesystems;
using Xunit;

namespace PerfPlatform.Tests.Agent.Filesystems;

/// <summary>/proc/mounts: which filesystems are told.</summary>
public class MountTests
{
    [Fact]
    public void Parse_MountsOfAServer_KeepsStorageOnce()
    {
        var mounts = Mount.Parse("""
            proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
            udev /dev devtmpfs rw,nosuid,relatime,size=12334460k 0 0
            tmpfs /run tmpfs rw 0 0
            /dev/sda2 /var/lib/docker/bind ext4 rw,relatime 0 0
            /dev/sda2 / ext4 rw,relatime,errors=remount-ro 0 0
            /dev/mapper/vg-data /srv/my\040data xfs rw,relatime 0 0
            server:/export /mnt/nfs nfs4 rw,vers=4.2 0 0
            /dev/loop3 /snap/core/1 squashfs ro 0 0
            overlay / overlay rw,lowerdir=/a:/b 0 0
            gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
            """u8);
        Assert.Equal([new Mount("/dev/sda2", "/", "ext4"), new Mount("/dev/mapper/vg-data", "/srv/my data", "xfs"), new Mount("overlay", "/", "overlay")], mounts);
    }

    [Fact]
    public void Parse_TooMany_StopsAtTheBound()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"/dev/sd{i} /mnt/{i} ext4 rw 0 0\n"));
        Assert.Equal(64, Mount.Parse(System.Text.Encoding.ASCII.GetBytes(text)).Count);
    }
}
