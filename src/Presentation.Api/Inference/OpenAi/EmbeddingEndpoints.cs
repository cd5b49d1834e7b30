using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

internal static class EmbeddingEndpoints
{
    public static void MapEmbeddings(this IEndpointRouteBuilder api) =>
        api.MapPost("/embeddings", Embed).RequireAuthorization(Access.Chat)
            .WithSummary("Turn texts into vectors, as OpenAI's clients do").Produces<EmbeddingListContract>().AsksModel();

    private static async Task<IResult> Embed(
        Body<EmbeddingRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var request = body.Value;
        Unsupported.Refuse(("dimensions", request.Dimensions));
        if (request.EncodingFormat is not (null or "float" or "base64"))
        {
            throw Unsupported.Value("encoding_format", "This is float or base64.");
        }

        var order = new StatelessOrder
        {
            Kind = InferKind.Embed,
            Model = request.Model,
            Cache = CacheHeader.Read(http),
            Messages = [.. request.Input.Texts.Select(text => new PromptMessage(MessageRole.User, [new TextPart(text)]))],
        };
        var outcome = await useCases.Send(new OpenStatelessCall(order), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var call))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, call.Limits);

        var asBase64 = request.EncodingFormat == "base64";
        return new WholeAnswer(call, (answer, end) => Answers.Json(
            new EmbeddingListContract(
                "list",
                [.. answer.Vectors.Select(vector => new EmbeddingContract("embedding", vector.Index, new(vector.Vector, asBase64)))],
                end.Origin.Model ?? request.Model,
                new(end.Usage.PromptTokens, end.Usage.PromptTokens)),
            ApiJson.Wire.EmbeddingListContract));
    }
}
