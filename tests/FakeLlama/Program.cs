using MeatLizard.FakeLlama;

return args switch
{
    ["make-model", var path, .. var rest] => MakeModel.Run(path, rest),
    ["host", var settings] => await EngineHost.RunAsync(settings),
    _ => await StandIn.RunAsync(args),
};
