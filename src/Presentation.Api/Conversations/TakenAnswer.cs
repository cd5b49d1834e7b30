using MeatLizard.Application.Conversations;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>The turn is durable; the answer will be found where the body says.</summary>
internal sealed class TakenAnswer(SubmittedTurn turn, bool html) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var request = RequestReference.To(turn.Request);
        httpContext.Response.Headers.Location = $"/api/v1/requests/{request.Id}";
        var view = httpContext.RequestServices.GetRequiredService<MessageView>();
        return Answers
            .Json(
                new TurnContract { Message = view.Of(turn.Message, html), Request = request },
                ApiJson.Wire.TurnContract,
                StatusCodes.Status202Accepted)
            .ExecuteAsync(httpContext);
    }
}
