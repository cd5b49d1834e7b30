using System.Globalization;
using MeatLizard.Application.Relay;

namespace MeatLizard.KillHost;

/// <summary>
/// What the test says on stdin: <c>arm POINT PASSES</c>, <c>pause</c>, <c>resume</c> (the dispatcher). Each is answered with a line. The end
/// of stdin means that the test is gone.
/// </summary>
internal sealed class Commands(Trap trap, DispatchGate? gate)
{
    public async Task Obey(TextReader said, TextWriter answer)
    {
        while (await said.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "arm":
                    trap.Arm(Enum.Parse<KillPoint>(words[1]), int.Parse(words[2], CultureInfo.InvariantCulture));
                    break;
                case "pause":
                    gate?.Pause();
                    break;
                case "resume":
                    gate?.Resume();
                    break;
                default:
                    throw new InvalidOperationException($"The host does not know {words[0]}.");
            }

            await answer.WriteLineAsync("ok");
        }
    }
}
