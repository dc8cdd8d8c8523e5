-- doel:    Geregistreerde overlast zoals ze nu geldt; een registratie is geen misdrijf en telt nooit mee in een som van misdrijven.
-- korrel:  een rij per soort overlast, regio en periode
-- sleutel: soort_code, regio_code, periode_code
-- kolommen:
--   soort_code   | soort overlast, zie soort_overlast; E33 is overlast door een verward persoon
--   regio_code   | regio, zie regio
--   periode_code | periode, zie periode
--   waarde       | aantal registraties; 0 waar de tabel bewijst dat leeg nul is
--   reden        | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status       | het woord van de bron
--   bron         | tabel van de bron
--   peildatum    | de dag waarop de cijfers zo bekend waren
WITH lijst AS (
    SELECT bron,
           count(*) AS soorten
    FROM soort_overlast
    WHERE NOT is_totaal
    GROUP BY bron
),
plaats AS (
    SELECT v.bron,
           v.peildatum,
           v.regio_code,
           v.periode_code,
           max(v.indeling) AS indeling,
           count(*) FILTER (WHERE NOT s.is_totaal) AS soorten
    FROM overlast_versies AS v
    JOIN soort_overlast AS s ON s.soort_code = v.soort_code
    GROUP BY v.bron, v.peildatum, v.regio_code, v.periode_code
),
-- Alle regio's staan op een gemeentelijke indeling: die van de nieuwste versie.
nieuwste AS (
    SELECT p.bron,
           p.regio_code,
           p.periode_code,
           max(p.peildatum) AS peildatum
    FROM plaats AS p
    JOIN lijst AS l ON l.bron = p.bron AND l.soorten = p.soorten
    JOIN bronnen AS b ON b.bron = p.bron AND coalesce(b.indeling, p.indeling, 0) = coalesce(p.indeling, b.indeling, 0)
    GROUP BY p.bron, p.regio_code, p.periode_code
)
SELECT v.soort_code,
       v.regio_code,
       v.periode_code,
       v.waarde,
       v.reden,
       v.status,
       v.bron,
       v.peildatum
FROM overlast_versies AS v
JOIN nieuwste AS n
    ON n.bron = v.bron AND n.peildatum = v.peildatum
    AND n.regio_code = v.regio_code AND n.periode_code = v.periode_code
