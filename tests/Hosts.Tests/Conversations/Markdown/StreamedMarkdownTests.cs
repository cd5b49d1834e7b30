using MeatLizard.Presentation.Api.Conversations.Markdown;

namespace MeatLizard.Hosts.Tests.Conversations.Markdown;

public sealed class StreamedMarkdownTests
{
    private static readonly string[] Pieces =
    [
        "# A title\n", "words and *more* words", "\n", "\n\n", "- item\n", "- [ ] task\n", "  - nested\n", "1. one\n", "2. two\n", "7) x\n",
        "```csharp\n", "```\n", "~~~\n", "    indented\n", "\tcode\n", "> quoted\n", ">> deeper\n", "---\n", "***", "===\n", "--", "-",
        "| a | b |\n", "|---|:-:|\n", "| 1 | 2 |\n", "|", "`code`", "**bold", "**", "[text](https://example.org)", "[ref]", "[ref]: https://a.b\n",
        "https://example.org/x?y=z", "<b>raw</b>", "<!-- x -->\n", "&amp;", "\\", " ", "  \n", "\r\n", "\r", "é", "😀", "~~gone~~", "!", "+ plus\n", "#", "text\n",
        "\\(", "\\)", "\\[", "\\]", "$$", "$", "$$\n", "\\[\n", "\\]\n", "a_1*b*c",
    ];

    [Test]
    public void The_streamed_blocks_are_those_of_the_whole_text_wherever_it_is_cut([Range(1, 300)] int seed)
    {
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        var page = new List<string>();
        var streamed = new StreamedMarkdown();
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, random.Next(1, seed % 3 == 0 ? 40 : 4));
            Show(page, streamed.Append(text.Substring(at, length)));
            at += length;
        }
        Show(page, streamed.Finish());

        var whole = SafeMarkdown.Blocks(SafeMarkdown.OneKindOfLineEnd(text)).Select(block => block.Html);
        Assert.That(page, Is.EqualTo(whole), () => "text: " + text);
    }

    [Test]
    public void A_fence_without_an_end_is_code_from_its_first_line()
    {
        var page = new List<string>();
        var streamed = new StreamedMarkdown();
        Show(page, streamed.Append("Look:\n\n```py"));
        Show(page, streamed.Append("thon\nprint('<b>')\n\nx = "));
        Assert.That(page, Has.Count.EqualTo(2));
        Assert.That(page[1], Is.EqualTo("<div class=\"code\" dir=\"ltr\"><pre><code class=\"language-python\">print('&lt;b&gt;')\n\nx = \n</code></pre></div>\n"));
    }

    [Test]
    public void A_final_block_is_never_sent_again()
    {
        var streamed = new StreamedMarkdown();
        _ = streamed.Append("first paragraph\n\nsecond");
        var changed = streamed.Append(" and more\n\nthird");
        Assert.That(changed.Select(block => block.Index), Is.EqualTo([1, 2]));
        Assert.That(streamed.Append(" paragraph").Select(block => block.Index), Is.EqualTo([2]));
    }

    [Test]
    public void A_block_that_dissolves_is_answered_as_empty()
    {
        var page = new List<string>();
        var streamed = new StreamedMarkdown();
        Show(page, streamed.Append("- a\n***"));
        Assert.That(page, Has.Count.EqualTo(2));
        var changed = streamed.Append("b***");
        Assert.That(changed, Has.Count.EqualTo(2));
        Assert.That(changed[^1], Is.EqualTo(new RenderedBlock(1, "")));
    }

    [Test]
    public void Earlier_text_given_at_once_answers_every_block_from_the_first()
    {
        var changed = new StreamedMarkdown().Append("one\n\ntwo\n\nthree");
        Assert.That(changed.Select(block => block.Index), Is.EqualTo([0, 1, 2]));
    }

    [TestCase("paragraphs")]
    [TestCase("one list")]
    [TestCase("one listing")]
    [TestCase("one paragraph")]
    [TestCase("one table")]
    public void Twice_the_text_costs_at_most_twice_and_a_little(string shape)
    {
        var ten = Cost(shape, 10_000);
        var twenty = Cost(shape, 20_000);
        Assert.That(twenty, Is.LessThan(ten * 2.3));
    }

    private static long Cost(string shape, int words)
    {
        var random = new Random(7);
        var streamed = new StreamedMarkdown();
        _ = streamed.Append(shape switch { "one listing" => "```\n", "one table" => "| a | b |\n|---|---|\n", _ => "" });
        for (var i = 0; i < words; i++)
        {
            var word = "word" + random.Next(1000);
            var sentenceEnds = i % 12 == 11;
            _ = streamed.Append(shape switch
            {
                "paragraphs" => i % 60 == 59 ? word + ".\n\n" : word + " ",
                "one list" => i % 12 == 0 ? "- " + word + " " : sentenceEnds ? word + "\n" : word + " ",
                "one listing" => sentenceEnds ? word + ";\n" : word + " ",
                "one table" => i % 12 == 0 ? "| " + word : sentenceEnds ? " | " + word + " |\n" : " " + word,
                _ => word + " ",
            });
        }
        _ = streamed.Finish();
        return streamed.ParsedCharacters;
    }

    private static void Show(List<string> page, IReadOnlyList<RenderedBlock> changed)
    {
        foreach (var (index, html) in changed)
        {
            while (page.Count <= index)
                page.Add("");
            page[index] = html;
        }
        while (page.Count > 0 && page[^1].Length == 0)
            page.RemoveAt(page.Count - 1);
    }
}
