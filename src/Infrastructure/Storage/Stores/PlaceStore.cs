using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class PlaceStore(DbSession session) : IPlaceStore
{
    private const string Columns = "id, kind, external_id, name, parent_id, model, persona, locale, retention_us AS retention";

    public async Task<Place?> Find(PlaceKind kind, string externalId, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            $"SELECT {Columns} FROM place WHERE kind = @kind AND external_id = @externalId",
            [("@kind", kind), ("@externalId", externalId)],
            cancellationToken);
        return row?.Place();
    }

    public async Task<Place?> Find(PlaceId id, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>($"SELECT {Columns} FROM place WHERE id = @id", [("@id", id.Value)], cancellationToken);
        return row?.Place();
    }

    public async Task<IReadOnlyList<Place>> List(CancellationToken cancellationToken)
    {
        var rows = await session.Read<Row>($"SELECT {Columns} FROM place ORDER BY kind, name, id", [], cancellationToken);
        return [.. rows.Select(row => row.Place())];
    }

    public void Save(Place place) => session.Write(new(
        "place",
        """
        INSERT INTO place (id, kind, external_id, name, parent_id, model, persona, locale, retention_us)
        VALUES (@id, @kind, @externalId, @name, @parent, @model, @persona, @locale, @retention)
        ON CONFLICT (id) DO UPDATE SET
            kind = excluded.kind, external_id = excluded.external_id, name = excluded.name, parent_id = excluded.parent_id,
            model = excluded.model, persona = excluded.persona, locale = excluded.locale, retention_us = excluded.retention_us
        """,
        ("@id", place.Id.Value),
        ("@kind", place.Kind),
        ("@externalId", place.ExternalId),
        ("@name", place.Name),
        ("@parent", place.ParentId?.Value),
        ("@model", place.Model),
        ("@persona", place.Persona),
        ("@locale", place.Locale),
        ("@retention", place.Retention)));

    public void SetModel(PlaceId id, string? model) =>
        session.Write(new("place", "UPDATE place SET model = @model WHERE id = @id", ("@model", model), ("@id", id.Value)) { Expects = 1 });

    private sealed record Row
    {
        public required Guid Id { get; init; }

        public required PlaceKind Kind { get; init; }

        public required string ExternalId { get; init; }

        public required string Name { get; init; }

        public required Guid? ParentId { get; init; }

        public required string? Model { get; init; }

        public required string? Persona { get; init; }

        public required string? Locale { get; init; }

        public required TimeSpan? Retention { get; init; }

        public Place Place() => new()
        {
            Id = new(Id),
            Kind = Kind,
            ExternalId = ExternalId,
            Name = Name,
            ParentId = ParentId is { } parent ? new PlaceId(parent) : null,
            Model = Model,
            Persona = Persona,
            Locale = Locale,
            Retention = Retention,
        };
    }
}
