using ResearchKit.Experiments;

namespace ResearchKit.Core.Tests.Experiments;

internal sealed class FailureTextTests
{
    [Test]
    public void AProblemOfTheEnvironmentKeepsItsCodeAndRemedy()
    {
        Assert.That(
            FailureText.Of(new ResearchKitException("RK1002", "There is no libtorch.", "dotnet package download it.")),
            Is.EqualTo("RK1002: There is no libtorch. dotnet package download it.")
        );
        Assert.That(FailureText.Of(new InvalidOperationException("crooked")), Is.EqualTo("InvalidOperationException: crooked"));
    }
}
