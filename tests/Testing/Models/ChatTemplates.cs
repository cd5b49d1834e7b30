namespace MeatLizard.Testing.Models;

/// <summary>Jinja templates in the manner of ChatML, from which llama-server learns what a test model can do.</summary>
internal static class ChatTemplates
{
    public const string CallOpening = "<tool_call>\n{\"name\": \"";

    private const string Tools = """
        {%- if tools %}{{ '<|im_start|>system\n# Tools\n<tools>' }}{%- for tool in tools %}{{ '\n' + (tool | tojson) }}{%- endfor %}
        {{- '\n</tools>\nCall one as <tool_call>\n{"name": <name>, "arguments": <object>}\n</tool_call><|im_end|>\n' }}{%- endif %}
        """;

    private const string Calls = """
        {%- if message.tool_calls %}{%- for call in message.tool_calls %}
        {{- '\n<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' }}
        {{- (call.function.arguments | tojson) + '}\n</tool_call>' }}
        {%- endfor %}{%- endif %}
        """;

    private const string Results = """
        {%- if message.role == 'tool' %}
        {{- '<|im_start|>user\n<tool_response>\n' + message.content + '\n</tool_response><|im_end|>\n' }}
        {%- else %}
        """;

    // What llama-server looks for when it decides whether, and between which words, a model reasons.
    private const string Thought = """
        {%- if message.role == 'assistant' and message.reasoning_content %}
        {{- '<think>\n' + message.reasoning_content + '\n</think>\n\n' }}{%- endif %}
        """;

    private const string Opening = """
        {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}{%- else %}{{- '<think>\n' }}{%- endif %}
        """;

    public static string For(TestModelOptions options)
    {
        var (tools, reasons) = (options.ToolRate > 0, options.ReasoningEndRate > 0);
        return (tools ? Tools : "")
            + "{%- for message in messages %}"
            + (tools ? Results : "")
            + "{{- '<|im_start|>' + message.role + '\\n' }}"
            + (reasons ? Thought : "")
            + "{{- message.content or '' }}"
            + (tools ? Calls : "")
            + "{{- '<|im_end|>\\n' }}"
            + (tools ? "{%- endif %}" : "")
            + "{%- endfor %}"
            + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
            + (reasons ? Opening : "")
            + "{%- endif %}";
    }
}
