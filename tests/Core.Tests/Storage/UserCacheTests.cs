using ResearchKit.Storage;

namespace ResearchKit.Core.Tests.Storage;

public class UserCacheTests
{
    [Test]
    [Platform(Exclude = "Win")]
    public void The_cache_follows_the_environment_and_ignores_a_relative_path()
    {
        Assert.That(UserCache.FolderIn("/var/cache/me"), Is.EqualTo("/var/cache/me/researchkit"));
        Assert.That(UserCache.FolderIn(null), Does.EndWith("/.cache/researchkit"));
        Assert.That(UserCache.FolderIn("relative"), Is.EqualTo(UserCache.FolderIn("")));
        Assert.That(Path.IsPathFullyQualified(UserCache.Folder));
    }
}
