using System.Text.Json.Nodes;

namespace ResearchKit.Experiments;

/// <summary>The manifests as definition lists: versions, machine, packages, data with checksums, environment.</summary>
internal static class ReportProvenance
{
    internal static void Write(HtmlOutput html, IReadOnlyList<ExperimentResult> results)
    {
        html.Raw("<section id=\"provenance\" aria-labelledby=\"provenance-heading\">\n<h2 id=\"provenance-heading\">Provenance</h2>\n");
        foreach (ExperimentResult result in results)
        {
            html.Raw("<details><summary>").Text($"{result.Experiment.Id}, run {result.RunId}").Raw("</summary>\n");
            Node(html, result.Manifest);
            html.Raw("</details>\n");
        }

        html.Raw("</section>\n");
    }

    private static void Node(HtmlOutput html, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                html.Raw("<dl>");
                foreach ((string name, JsonNode? value) in members)
                {
                    html.Element("dt", name).Raw("<dd>");
                    Node(html, value);
                    html.Raw("</dd>");
                }

                html.Raw("</dl>\n");
                break;
            case JsonArray items when items.All(i => i is JsonValue):
                html.Text(items.Count == 0 ? "none" : string.Join(", ", items.Select(i => i!.ToString())));
                break;
            case JsonArray items:
                html.Raw("<ul>");
                foreach (JsonNode? item in items)
                {
                    html.Raw("<li>");
                    if (item is JsonObject o && o.All(m => m.Value is JsonValue or null))
                    {
                        html.Text(string.Join(", ", o.Select(m => $"{m.Key} {m.Value?.ToString() ?? "none"}")));
                    }
                    else
                    {
                        Node(html, item);
                    }

                    html.Raw("</li>");
                }

                html.Raw("</ul>\n");
                break;
            default:
                html.Text(node is null or JsonObject ? "none" : node.ToString());
                break;
        }
    }
}
