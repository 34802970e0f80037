using PerfPlatform.Agent.Filesystems;
using Xunit;

namespace PerfPlatform.Tests.Agent.Filesystems;

/// <summary>/proc/mounts: which filesystems are told.</summary>
public class MountTests
{
    [Fact]
    public void Parse_MountsOfAServer_KeepsStorageOnce()
    {
        var mounts = Parse("""
            proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
            udev /dev devtmpfs rw,nosuid,relatime,size=12334460k 0 0
            tmpfs /run tmpfs rw 0 0
            /dev/sda2 /var/lib/docker/bind ext4 rw,relatime 0 0
            /dev/sda2 / ext4 rw,relatime,errors=remount-ro 0 0
            /dev/mapper/vg-data /srv/my\040data xfs rw,relatime 0 0
            server:/export /mnt/nfs nfs4 rw,vers=4.2 0 0
            /dev/loop3 /snap/core/1 squashfs ro 0 0
            overlay /var/lib/docker/overlay2/1f/merged overlay rw,lowerdir=/a:/b 0 0
            gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
            """);
        Assert.Equal([new Mount("/dev/sda2", "/", "ext4"), new Mount("/dev/mapper/vg-data", "/srv/my data", "xfs")], mounts);
    }

    [Fact]
    public void Parse_MountsOfAContainer_KeepsItsRootAndVolumesOnly()
    {
        var mounts = Parse("""
            rootfs / rootfs rw 0 0
            overlay / overlay rw,relatime,lowerdir=/a:/b,upperdir=/c,workdir=/d 0 0
            proc /proc proc rw 0 0
            /dev/sda1 /etc/resolv.conf ext4 rw,relatime 0 0
            /dev/sda1 /etc/hosts ext4 rw,relatime 0 0
            /dev/sdb1 /data xfs rw,relatime 0 0
            """, isFile: point => point.StartsWith("/etc/", StringComparison.Ordinal));
        Assert.Equal([new Mount("/dev/sdb1", "/data", "xfs"), new Mount("overlay", "/", "overlay")], mounts);
    }

    [Fact]
    public void Parse_RootfsBesideTheRoot_IsWhatIsMountedOverIt() =>
        Assert.Equal([new Mount("/dev/root", "/", "ext4")], Parse("rootfs / rootfs rw 0 0\n/dev/root / ext4 rw 0 0\n"));

    [Fact]
    public void Parse_HundredsOfContainers_DoNotPushRealFilesystemsOut()
    {
        var containers = string.Concat(Enumerable.Range(0, 300).Select(i =>
            $"overlay /var/lib/docker/overlay2/{i}/merged overlay rw 0 0\npool/docker/{i} /var/lib/docker/zfs/graph/{i} zfs rw 0 0\n/dev/rbd{i} /var/lib/kubelet/pods/{i}/mount ext4 rw 0 0\n"));
        var mounts = Parse("/dev/sda1 / ext4 rw 0 0\n" + containers + "/dev/sdb1 /srv xfs rw 0 0\n");
        Assert.Equal([new Mount("/dev/sda1", "/", "ext4"), new Mount("/dev/sdb1", "/srv", "xfs")], mounts.Take(2));
        Assert.Equal(64, mounts.Count);
        Assert.DoesNotContain(mounts, mount => mount.Type == "overlay");
    }

    [Theory]
    [InlineData("/dev/loop3 /snap/core/1 squashfs ro,nodev 0 0")]
    [InlineData("/dev/loop4 /media/image ext4 ro,relatime 0 0")]
    [InlineData("/dev/sr0 /media/cdrom iso9660 ro 0 0")]
    [InlineData("/dev/sr1 /media/film udf ro 0 0")]
    [InlineData("/dev/dm-3 /usr erofs ro 0 0")]
    [InlineData("/dev/zram1 /var/log ext4 rw 0 0")]
    public void Parse_ImagesAndMemory_AreNotTold(string line) => Assert.Empty(Parse(line + "\n"));

    [Fact]
    public void Parse_LoopDeviceThatIsWritten_IsTold() => Assert.Single(Parse("/dev/loop4 /srv/disk ext4 rw,relatime 0 0\n"));

    [Theory]
    [InlineData("server:/export /mnt nfs4 rw 0 0")]
    [InlineData("//server/share /mnt cifs rw 0 0")]
    [InlineData("//server/share /mnt smb3 rw 0 0")]
    [InlineData("10.0.0.1@tcp:/fs /mnt lustre rw 0 0")]
    [InlineData("beegfs_nodev /mnt beegfs rw 0 0")]
    [InlineData("/dev/sdc /mnt ocfs2 rw 0 0")]
    [InlineData("/dev/mapper/cluster-lv /mnt gfs2 rw 0 0")]
    [InlineData("1.2.3.4:6789:/ /mnt ceph rw 0 0")]
    [InlineData("gluster:/vol /mnt fuse.glusterfs rw 0 0")]
    [InlineData("/dev/fuse /etc/pve fuse rw 0 0")]
    [InlineData("/dev/sdd1 /mnt fuse.mergerfs rw 0 0")]
    [InlineData("some /mnt weirdnewfs rw 0 0")]
    public void Parse_WhatMayNeverAnswer_IsToldOnlyWhenNamed(string line)
    {
        Assert.Empty(Parse(line + "\n"));
        var mount = Assert.Single(Parse(line + "\n", more: line.Split(' ')[2]));
        Assert.True(mount.MayBlock);
    }

    [Fact]
    public void Parse_NtfsByAProcess_IsToldAndNotWaitedFor() => Assert.True(Assert.Single(Parse("/dev/sdb1 /mnt fuseblk rw 0 0\n")).MayBlock);

    [Fact]
    public void Parse_TooMany_StopsAtTheBound()
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => $"/dev/sd{i} /mnt/{i} ext4 rw 0 0\n"));
        Assert.Equal(64, Parse(text).Count);
    }

    private static List<Mount> Parse(string text, Func<string, bool>? isFile = null, string more = "") =>
        Mount.Parse(System.Text.Encoding.UTF8.GetBytes(text), isFile ?? (_ => false), new HashSet<string> { more });
}
