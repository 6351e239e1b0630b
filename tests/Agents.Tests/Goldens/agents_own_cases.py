"""Writes agents_own_cases.json: digests and BM25 scores from the published formulas, with Python's own library alone."""
import base64, hashlib, json, math, re

documents = ["", "---\nname: p\n---\nbody\n", "z\u00fcrich\r\n"]
digests = [
    {"document": d, "sha256": hashlib.sha256(d.encode()).hexdigest(), "agora": base64.b64encode(hashlib.sha1(d.encode()).digest()).decode()}
    for d in documents
]
agents = ["Weather forecasts by city", "Books flights and hotels", "Weather alerts, weather maps", "Translates texts"]
tokens = [re.findall(r"[a-z0-9]+", a.lower()) for a in agents]
average = sum(map(len, tokens)) / len(tokens)


def score(query, words):
    total = 0.0
    for term in query.split():
        df = sum(term in t for t in tokens)
        tf = words.count(term)
        if tf:
            total += math.log(1 + (len(tokens) - df + 0.5) / (df + 0.5)) * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * len(words) / average))
    return total


searches = []
for query in ["weather", "weather maps", "hotels city"]:
    found = sorted(((score(query, t), -i) for i, t in enumerate(tokens) if score(query, t) > 0), reverse=True)
    searches.append({"query": query, "top": [{"ordinal": -i, "score": s} for s, i in found]})
json.dump({"digests": digests, "agents": agents, "searches": searches}, open("agents_own_cases.json", "w"), indent=1)
