using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.Api;
using MeatLizard.Presentation.Api.Configuration;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Configuration;

[TestFixture]
internal sealed class ConfigurationTests
{
    [TestCase("--Relay:Attempts=many", "Relay:Attempts")]
    [TestCase("--Relay:Attempts=0", "Relay:Attempts")]
    [TestCase("--Relay:AcknowledgeWithin=5s", "Relay:AcknowledgeWithin")]
    [TestCase("--Storage:Provider=Oracle", "Storage:Provider")]
    [TestCase("--Storage:Provider=Postgres", "Storage:ConnectionString")]
    [TestCase("--Fallback:Ladder=Notify,Worker", "Fallback:Ladder")]
    [TestCase("--Fallback:Ladder=Oracle,Notify", "Fallback:Ladder")]
    [TestCase("--Fallback:NeverLeaveHome=perhaps", "Fallback:NeverLeaveHome")]
    [TestCase("--Limits:PerMinute=-1", "Limits:PerMinute")]
    [TestCase("--Cors:Origins=https://a.example/path", "Cors:Origins")]
    [TestCase("--Cors:Origins=*", "Cors:Origins")]
    [TestCase("--Identity:SignUp=Maybe", "Identity:SignUp")]
    [TestCase("--Identity:Owner:Email=a@example.org", "Identity:Owner:Password")]
    [TestCase("--Relay:Workers:mac:Key=abc", "Relay:Workers:mac:Key")]
    [TestCase("--Relay:Workers:mac:BotId=100000000000000042", "Relay:Workers:mac:Carrier")]
    [TestCase("--Cache:Answers:Bytes=1", "Cache:Answers:Bytes")]
    [TestCase("--Cache:Answers:Ttl=0", "Cache:Answers:Ttl")]
    [TestCase("--Cache:Answers:StaleTtl=40.00:00:00", "Cache:Answers:StaleTtl")]
    [TestCase("--Redis:Timeout=fast", "Redis:Timeout")]
    [TestCase("--Redis:Prefix=", "Redis:Prefix")]
    [TestCase("--Redis:Server=localhost", "Redis:Server")]
    [TestCase("--urls=here", "Urls")]
    [TestCase("--Relay:Atempts=2", "Relay:Atempts")]
    [TestCase("--nonsense=1", "nonsense")]
    [TestCase("--model=/there/is/no/such.gguf", "--model")]
    [TestCase("serve", "serve")]
    public void A_wrong_value_or_key_stops_the_start_with_one_sentence_that_names_it(string argument, string named)
    {
        var wrong = Assert.Throws<WrongConfigurationException>(() => ApiApplication.Configure(CommandLine.Parse([argument])));
        Assert.That(wrong!.Message, Does.Contain(named).And.EndsWith(".").And.Not.Contain("\n"));
    }

    [Test]
    public void The_defaults_that_are_shown_are_those_that_hold()
    {
        (string Section, object Options)[] all =
        [
            ("Relay", new RelayOptions()), ("Redis", new RedisOptions()), ("Limits", new LimitOptions()), ("Inference", new LlamaOptions()),
            ("Storage", new StorageOptions()), ("Cache:Answers", new AnswerCacheOptions()), ("Identity:Jwt", new TokenOptions()), ("Identity:Oidc", new OidcOptions()),
        ];
        var compared = 0;
        foreach (var (section, options) in all)
        {
            foreach (var property in options.GetType().GetProperties())
            {
                if (ConfigurationKeys.All.FirstOrDefault(key => key.Path == $"{section}:{property.Name}") is { } key
                    && property.GetValue(options) is (TimeSpan or int or long or bool or Enum) and var holds)
                {
                    var shown = holds is TimeSpan ? TimeSpan.Parse(key.Default, CultureInfo.InvariantCulture).ToString("c") : key.Default;
                    Assert.That(shown, Is.EqualTo(Text(holds)), key.Path);
                    compared++;
                }
            }
        }

        Assert.That(compared, Is.GreaterThan(15));

        static string? Text(object value) => value switch
        {
            TimeSpan span => span.ToString("c"),
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }

    [TestCase("DataFolder", "--DataFolder=/dev/null/data")]
    [TestCase("Storage:ConnectionString", "--Storage:Provider=Postgres", "--Storage:ConnectionString=Host=127.0.0.1;Port=1;Password=hunter2")]
    public async Task A_place_to_store_in_that_cannot_be_used_is_named(string named, params string[] arguments)
    {
        using var folder = new TestFolder();
        await using var app = ApiApplication.Build([$"--DataFolder={folder.File("data")}", .. arguments]);
        var wrong = await Assert.ThrowsAsync<WrongConfigurationException>(() => ApiApplication.Prepare(app, CancellationToken.None));
        Assert.That(wrong!.Message, Does.StartWith(named).And.Not.Contain("hunter2").And.Not.Contain("\n"));
    }

    [TestCase("Redis:ConnectionString", "redis://:hunter2@localhost:6379")]
    [TestCase("Redis:ConnectionString", "localhost:6379,pasword=hunter2")]
    [TestCase("Redis:ConnectionString", "localhost:port,password=hunter2")]
    [TestCase("Redis:ConnectionString", "password=hunter2")]
    [TestCase("Redis:Timeout", "localhost", "--Redis:Timeout=00:01:00")]
    public async Task A_Redis_that_cannot_be_meant_is_told_in_one_sentence(string named, string connection, params string[] more)
    {
        using var folder = new TestFolder();
        await using var app = ApiApplication.Build([$"--DataFolder={folder.File("data")}", $"--Redis:ConnectionString={connection}", .. more]);
        var wrong = await Assert.ThrowsAsync<WrongConfigurationException>(() => ApiApplication.Prepare(app, CancellationToken.None));
        Assert.That(wrong!.Message, Does.StartWith(named).And.EndsWith(".").And.Not.Contain("hunter2").And.Not.Contain("\n"));
        Assert.That(Directory.Exists(folder.File("data")), Is.False);
    }

    [TestCase("http://192.0.2.1:8080")]
    [TestCase("https://127.0.0.1:0")]
    public async Task An_address_that_cannot_be_listened_on_is_named(string address)
    {
        using var folder = new TestFolder();
        await using var app = ApiApplication.Build([$"--DataFolder={folder.File("data")}", "--urls", address]);
        var wrong = await Assert.ThrowsAsync<WrongConfigurationException>(async () =>
        {
            _ = await ApiApplication.Prepare(app, CancellationToken.None);
            await ApiApplication.Listen(app, CancellationToken.None);
        });
        Assert.That(wrong!.Message, Does.StartWith("Urls"));
    }

    [TestCase("http://127.0.0.1:{0}")]
    [TestCase("http://localhost:{0}")]
    [TestCase("http://127.0.0.1:0;http://0.0.0.0:{0}")]
    [TestCase("http://127.0.0.1:0", "--Kestrel:Endpoints:One:Url=http://127.0.0.1:{0}")]
    public async Task A_taken_address_is_found_out_before_anything_is_written(string urls, params string[] more)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using var folder = new TestFolder();
        string[] arguments = [$"--DataFolder={folder.File("data")}", "--urls", urls, .. more];
        await using var app = ApiApplication.Build(
            [.. arguments.Select(argument => argument.Replace("{0}", port, StringComparison.Ordinal))]);
        var wrong = await Assert.ThrowsAsync<WrongConfigurationException>(() => ApiApplication.Prepare(app, CancellationToken.None));
        Assert.That(wrong!.Message, Does.StartWith("Urls: the address is taken").And.Contain(port));
        Assert.That(Directory.Exists(folder.File("data")), Is.False);
    }

    [Test]
    public void A_short_owner_password_is_refused_and_not_repeated()
    {
        var wrong = Assert.Throws<WrongConfigurationException>(() => ApiApplication.Configure(
            CommandLine.Parse(["--Identity:Owner:Email=a@example.org", "--Identity:Owner:Password=hunter2"])));
        Assert.That(wrong!.Message, Does.Contain("Identity:Owner:Password").And.Not.Contain("hunter2"));
    }

    [Test]
    public void What_is_in_force_is_shown_with_its_source_and_secrets_masked()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("one.gguf"), "");
        var builder = ApiApplication.Configure(CommandLine.Parse(
        [
            "config", "--model", folder.File("one.gguf"), "--Identity:Owner:Email=a@example.org", "--Identity:Owner:Password=correct horse",
            $"--Relay:Workers:mac:Key={new string('a', 64)}", "--Relay:Workers:mac:Carrier=Link", "--Redis:ConnectionString=localhost:6379,password=hunter2",
        ]));
        var output = new StringWriter();
        ConfigurationReport.Write(builder.Configuration, output);
        var text = output.ToString();
        Assert.That(text, Does.Contain("one.gguf (command line)"));
        Assert.That(text, Does.Match(@"Limits:PerMinute +. 60 \(default\)"));
        Assert.That(text, Does.Match(@"Relay:Workers:mac:Key +. \*{8} \(command line\)"));
        Assert.That(text, Does.Not.Contain("correct horse").And.Not.Contain("aaaa").And.Not.Contain("hunter2"));
        Assert.That(text, Does.Match(@"Redis:ConnectionString +. \*{8} \(command line\)"));
    }

    [Test]
    public void The_environment_is_heeded_and_the_command_line_wins()
    {
        Environment.SetEnvironmentVariable("Limits__PerHour", "77");
        Environment.SetEnvironmentVariable("Limits__PerMinute", "7");
        try
        {
            var configuration = ApiApplication.Configure(CommandLine.Parse(["--Limits:PerMinute=8"])).Configuration;
            Assert.That(configuration["Limits:PerHour"], Is.EqualTo("77"));
            Assert.That(configuration["Limits:PerMinute"], Is.EqualTo("8"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("Limits__PerHour", null);
            Environment.SetEnvironmentVariable("Limits__PerMinute", null);
        }
    }
}
