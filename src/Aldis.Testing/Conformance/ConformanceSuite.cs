namespace Aldis.Testing.Conformance;

/// <summary>The promises of the transport contract, as scenarios. Runs under any test framework: it throws where a promise is broken.</summary>
public static class ConformanceSuite
{
    /// <summary>Every scenario.</summary>
    public static IReadOnlyList<Scenario> Scenarios { get; } =
    [
        .. EnvelopeScenarios.All, .. GroupScenarios.All, .. PrivateGroupScenarios.All, .. SettlementScenarios.All, .. KeyScenarios.All, .. LeaseScenarios.All,
        .. DeadLetterScenarios.All, .. InboxScenarios.All, .. ScheduleScenarios.All, .. LifeScenarios.All,
    ];

    /// <summary>Runs a scenario on a fixture, which is used up by it.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="fixture">The fixture; disposed afterwards.</param>
    /// <exception cref="ConformanceException">The transport breaks the promise, or does not declare the feature that it is about.</exception>
    public static async Task RunAsync(Scenario scenario, ITransportFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(fixture);
        await using (fixture.ConfigureAwait(false))
        {
            var stage = new Stage(fixture);
            await using (stage.ConfigureAwait(false))
            {
                var transport = await stage.OpenAsync().ConfigureAwait(false);
                Stage.Require(scenario.Needs(transport.Features), "the transport does not declare the feature that this scenario is about");
                await scenario.Run(stage).ConfigureAwait(false);
            }
        }
    }
}
