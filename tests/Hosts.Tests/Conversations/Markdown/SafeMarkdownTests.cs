using System.Text.RegularExpressions;
using MeatLizard.Presentation.Api.Conversations.Markdown;

namespace MeatLizard.Hosts.Tests.Conversations.Markdown;

public sealed partial class SafeMarkdownTests
{
    private static readonly SafeMarkdown Markdown = new();

    private static readonly string[] Attacks =
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
        "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>", "<math><mtext></mtext><script>alert(1)</script></math>",
        "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>", "<!-- --><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>",
        "<?xml version='1.0'?><script>alert(1)</script>", "a <b onmouseover=alert(1)>b</b>", "<div>\n<script>alert(1)</script>\n</div>", "<style>*{}</style>",
        "<a href=\"javascript:alert(1)\">x</a>", "<base href=//evil.test>", "<form action=https://evil.test><input></form>", "</div></main><script>alert(1)</script>",
        "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x]( javascript:alert(1))", "[x](<javascript:alert(1)>)", "[x](java\tscript:alert(1))",
        "[x](<java\tscript:alert(1)>)", "[x](<java\u0001script:alert(1)>)", "[x](\u0001javascript:alert(1))", "[x](\u00a0javascript:alert(1))",
        "[x](java&#115;cript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](&#x6A;avascript&colon;alert(1))", "[x](javascript&colon;alert(1))",
        "[x](java&Tab;script:alert(1))", "[x](java&NewLine;script:alert(1))", "[x](java&#10;script:alert(1))", "[x](java\\script:alert(1))", "[x](%6aavascript:alert(1))",
        "[x](javascript://example.org/%0aalert(1))", "[x](vbscript:msgbox(1))", "[x](VBScript:x)", "[x](data:text/html,<script>alert(1)</script>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](DATA:text/html,x)", "![x](javascript:alert(1))", "![x](data:image/svg+xml,<svg onload=alert(1)>)",
        "![x](https://evil.test/pixel.png)", "![x\" onerror=\"alert(1)](https://evil.test/p)", "[x](file:///etc/passwd)", "[x](blob:https://a/1)", "[x](//evil.test)",
        "[x](/relative)", "[x](?logout)", "[x](#fragment)", "[x](ftp://a.b)", "[x](https://good.test@evil.test/)", "[x](https://good.test:pw@evil.test/)",
        "[x](https://e.test/\"onmouseover=\"alert(1))", "[x](https://e.test/'onmouseover='alert(1))", "[x](https://e.test/ \"t\\\" onmouseover=alert(1) x=\\\"\")",
        "[x](https://e.test/ 'a\" onmouseover=alert(1) \"')", "[x](https://e.test/`\"><img src=x onerror=alert(1)>`)", "[x](https://e.test/&quot;onmouseover=alert(1)//)",
        "[\"><script>alert(1)</script>](https://e.test)", "<javascript:alert(1)>", "<JAVASCRIPT:alert(1)>", "<data:text/html,x>", "<vbscript:x>", "<x-unknown:abc>",
        "<https://e.test/\"onmouseover=alert(1)>", "<https://e.test/'onclick='x>", "<a\"onclick=alert(1)@e.test>", "https://e.test/\"onmouseover=alert(1)", "www.e.test/\"><script>",
        "javascript:alert(1)", "mailto:a@b.c?subject=\"><script>alert(1)</script>", "[x](mailto:\"onclick=\"@e.test)", "[r]\n\n[r]: javascript:alert(1)", "[r]: javascript:alert(1) \"t\"\n\n[r][]",
        "```\"onmouseover=\"alert(1)\nx\n```", "```html\"><script>alert(1)</script>\nx\n```", "```\n</code></pre><script>alert(1)</script>\n```", "`</code><script>alert(1)</script>`",
        "    </pre><script>alert(1)</script>", "~~~ {onclick=alert(1) .x #y}\nx\n~~~", "# x {onclick=alert(1)}", "[x](https://e.test){onclick=alert(1)}",
        "| <script>alert(1)</script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |", "| a |\n|:-:\" onclick=alert(1)|\n| b |",
        "- [ ] <script>alert(1)</script>", "- [x](javascript:alert(1))", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "\\<script>alert(1)\\</script>",
        "<scr\u0000ipt>alert(1)</script>", "\u0000<script>alert(1)</script>", "<<script>script>alert(1)</script>", "[![x](javascript:a)](javascript:b)", "[a [b](https://e.test) c](javascript:x)",
        "[![x](https://a.test/)](https://e.test/)", "*[x](javascript:alert(1))*<b>", "1. <script>\n2. </script>", "> <script>alert(1)</script>", "<https://e.test><script>", "\ud800<script>",
        "\\(<script>alert(1)</script>\\)", "\\(\"><img src=x onerror=alert(1)>", "$$\n</pre><script>alert(1)</script>\n$$", "\\[\n</pre><script>\n", "$$</code><script>alert(1)</script>$$",
    ];

    [TestCaseSource(nameof(Attacks))]
    public void What_a_model_writes_cannot_become_more_than_text(string attack)
    {
        AssertOnlyKnownMarkup(Markdown.Render(attack));
        var streamed = new StreamedMarkdown();
        foreach (var block in attack.SelectMany(c => streamed.Append(c.ToString())).Concat(streamed.Finish()))
            AssertOnlyKnownMarkup(block.Html);
    }

    /// <summary>Texts whose parts may each begin something, which never ends: what reads them may neither fail nor take the square of their length.</summary>
    [TestCase("![", 200)]
    [TestCase("**a ", 200)]
    [TestCase("~~a ", 200)]
    [TestCase("*a **a ", 150)]
    [TestCase("> ", 300)]
    [TestCase("[a](", 125_000)]
    [TestCase("![", 250_000)]
    [TestCase("*a ", 170_000)]
    [TestCase("~~a ", 125_000)]
    [TestCase("<", 500_000)]
    [TestCase("`", 500_000)]
    [TestCase("\\(", 250_000)]
    [TestCase("|a\n", 170_000)]
    [TestCase("- [ ] a\n", 60_000)]
    [TestCase("a$$\n$$\n", 70_000)]
    [TestCase("\\[\na\n", 80_000)]
    [TestCase("|\\(", 160_000)]
    [CancelAfter(20_000)]
    public async Task What_begins_over_and_over_is_shown_in_time(string piece, int times, CancellationToken cancellationToken)
    {
        var text = string.Concat(Enumerable.Repeat(piece, times));
        var html = await Task.Run(() => Markdown.Render(text), cancellationToken).WaitAsync(cancellationToken);
        AssertOnlyKnownMarkup(html.Length < 100_000 ? html : html[..html.LastIndexOf('<', 100_000)]);
    }

    [Test]
    public void Mixtures_of_attacks_stay_text_too([Range(1, 100)] int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 20; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 6).Select(_ =>
            {
                var attack = Attacks[random.Next(Attacks.Length)];
                var from = random.Next(attack.Length);
                return attack[from..] + (random.Next(3) == 0 ? "\n" : "");
            }));
            AssertOnlyKnownMarkup(Markdown.Render(text));
        }
    }

    [TestCase("https://example.org/a?b=c&d=e", "https://example.org/a?b=c&amp;d=e")]
    [TestCase("http://example.org", "http://example.org/")]
    [TestCase("HTTPS://Example.org/Ü", "https://example.org/%C3%9C")]
    [TestCase("mailto:someone@example.org", "mailto:someone@example.org")]
    public void A_link_to_the_web_or_to_a_mailbox_is_kept(string written, string address) =>
        Assert.That(Markdown.Render($"[words]({written})"),
            Is.EqualTo($"<p dir=\"auto\"><a href=\"{address}\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">words</a></p>\n"));

    [Test]
    public void An_image_is_a_link_and_loads_nothing() =>
        Assert.That(Markdown.Render("![a cat](https://example.org/cat.png)"), Does.Contain(">a cat</a>").And.Not.Contain("<img"));

    [Test]
    public void A_refused_link_keeps_its_words() =>
        Assert.That(Markdown.Render("[the **words**](javascript:x)"), Is.EqualTo("<p dir=\"auto\">the <strong>words</strong></p>\n"));

    [Test]
    public void A_link_definition_is_shown_as_it_was_written() =>
        Assert.That(Markdown.Render("[1]: https://example.org"), Does.Contain("[1]: <a href=\"https://example.org/\""));

    [Test]
    public void Tables_align_by_class_and_tasks_are_boxes_nobody_can_tick()
    {
        Assert.That(Markdown.Render("| a | b |\n|--:|:-:|\n| 1 | 2 |"),
            Does.Contain("<th class=\"right\" dir=\"auto\">a</th><th class=\"center\" dir=\"auto\">b</th>")
                .And.Contain("<td class=\"right\" dir=\"auto\">1</td>"));
        Assert.That(Markdown.Render("- [x] done"), Does.Contain("<input disabled=\"disabled\" type=\"checkbox\" checked=\"checked\" />"));
        Assert.That(Markdown.Render("- plain\n- [ ] to do"),
            Does.Contain("<li dir=\"auto\">plain</li>\n<li class=\"task-list-item\" dir=\"auto\"><input"));
    }

    [TestCase("# مرحبا", "<h1 dir=\"auto\">مرحبا</h1>\n")]
    [TestCase("- one\n\n- مرحبا", "<ul>\n<li dir=\"auto\"><p>one</p>\n</li>\n<li dir=\"auto\"><p>مرحبا</p>\n</li>\n</ul>\n")]
    [TestCase("> שלום `a.b()`", "<blockquote dir=\"auto\">\n<p>שלום <code dir=\"ltr\">a.b()</code></p>\n</blockquote>\n")]
    public void Text_is_set_from_the_side_its_letters_ask_for_and_code_from_the_left(string written, string html) =>
        Assert.That(Markdown.Render(written), Is.EqualTo(html));

    [TestCase(@"\(a*b*c\)", @"\(a*b*c\)")]
    [TestCase(@"\[x_1 < y_1\]", @"\[x_1 &lt; y_1\]")]
    [TestCase(@"$$\frac{1}{2} \$ \\ *c*$$", @"$$\frac{1}{2} \$ \\ *c*$$")]
    [TestCase(@"\(a | b\)", @"\(a | b\)")]
    [TestCase(@"\(not *ended", @"\(not *ended")]
    public void Maths_is_shown_as_it_was_written(string written, string shown) =>
        Assert.That(Markdown.Render("It is " + written), Is.EqualTo($"<p dir=\"auto\">It is <code class=\"maths\" dir=\"ltr\">{shown}</code></p>\n"));

    [TestCase("\\[\na\n+ b\n- *c*\n\\]")]
    [TestCase("$$\na\n> b\n$$")]
    [TestCase("$$\nnot *ended*")]
    public void Maths_in_lines_of_its_own_ends_with_its_sign_or_with_an_empty_line(string written) =>
        Assert.That(Markdown.Render($"So:\n{written}\n\n*more*"), Is.EqualTo(
            $"<p dir=\"auto\">So:</p>\n<pre class=\"maths\" dir=\"ltr\">{written.Replace(">", "&gt;", StringComparison.Ordinal)}</pre>\n<p dir=\"auto\"><em>more</em></p>\n"));

    [TestCase(@"f\(\), \[ \] and \\(x\\)", @"f(), [ ] and \(x\)")]
    [TestCase("It costs $$ or $$$, *not* more.", "It costs $$ or $$$, <em>not</em> more.")]
    [TestCase(@"a \( that *is* alone", @"a ( that <em>is</em> alone")]
    public void What_only_looks_like_maths_is_text(string written, string html) =>
        Assert.That(Markdown.Render(written + "\n\n---"), Does.StartWith($"<p dir=\"auto\">{html}</p>\n"));

    [Test]
    public void Prices_in_a_row_of_a_table_are_cells() =>
        Assert.That(Markdown.Render("| a | b | c |\n|---|---|---|\n| $$ | x | $$ |"), Does.Contain(
            "<td dir=\"auto\">$$</td><td dir=\"auto\">x</td><td dir=\"auto\">$$</td>"));

    [Test]
    public void A_line_above_dashes_is_a_sentence_and_not_a_heading() =>
        Assert.That(Markdown.Render("words\n---\nmore"), Is.EqualTo("<p dir=\"auto\">words</p>\n<hr />\n<p dir=\"auto\">more</p>\n"));

    [Test]
    public void Nesting_without_sense_is_shown_as_text()
    {
        foreach (var c in "[>*_`~(!-#|<&\\")
            AssertOnlyKnownMarkup(Markdown.Render(new string(c, 20_000) + "<script>"));
        AssertOnlyKnownMarkup(Markdown.Render(string.Concat(Enumerable.Repeat("- ", 5_000)) + "<script>"));
    }

    private static void AssertOnlyKnownMarkup(string html)
    {
        // What is left when every tag that we ever write is taken away must hold no tag at all.
        var rest = KnownTags().Replace(html, "");
        Assert.That(rest, Does.Not.Contain("<").And.Not.Contain(">"), () => html);
        Assert.That(rest, Does.Not.Contain("\""), () => html);
        foreach (Match link in Hrefs().Matches(html))
            Assert.That(link.Groups[1].Value, Does.Match("^(https?://[^/@]+/|mailto:)"), () => html);
    }

    [GeneratedRegex("""
        </?(p|h[1-6]|ul|ol|li|blockquote|strong|em|del|code|pre|table|tr|th|td|div|a)>|<(br|hr)[ ]/>|<ol[ ]start="[0-9]{1,9}"([ ]class="contains-task-list")?>|<div[ ]class="table">
        |<(p|h[1-6]|li|blockquote|th|td)[ ]dir="auto">|<code[ ]dir="ltr">|<div[ ]class="code"[ ]dir="ltr">|<(code|pre)[ ]class="maths"[ ]dir="ltr">
        |<code[ ]class="language-[a-z0-9+\#._-]{1,32}">|<t[hd][ ]class="(right|center)"[ ]dir="auto">|<[uo]l[ ]class="contains-task-list">
        |<li[ ]class="task-list-item"[ ]dir="auto">
        |<input[ ]disabled="disabled"[ ]type="checkbox"([ ]checked="checked")?[ ]/>|<a[ ]href="[^"<>]*"[ ]rel="noopener[ ]noreferrer[ ]nofollow"[ ]target="_blank">
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex KnownTags();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Hrefs();
}
