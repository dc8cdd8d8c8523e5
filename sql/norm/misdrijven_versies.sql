-- doel:    Elk politiecijfer in elke versie die ooit is ontvangen; een herziening vervangt niets.
-- korrel:  een rij per soort misdrijf, regio, periode en peildatum
-- sleutel: soort_code, regio_code, periode_code, peildatum
-- kolommen:
--   soort_code        | soort misdrijf, zie soort_misdrijf
--   regio_code        | regio, zie regio
--   periode_code      | periode, zie periode
--   waarde            | aantal geregistreerde misdrijven; 0 waar de tabel bewijst dat leeg nul is
--   reden             | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt; van een maand van een jaar dat nog niet heel is, is leeg niet bewezen en dus ontbreekt
--   status            | het woord van de bron: definitief, nader_voorlopig of voorlopig
--   bron              | tabel van de bron
--   peildatum         | de dag waarop de cijfers zo bekend waren
--   aangiften         | aantal aangiften; leeg waar niet bewezen is dat leeg nul is
--   internetaangiften | aantal internetaangiften; leeg waar niet bewezen is dat leeg nul is
--   bekend_van        | eerste dag waarop deze waarde de nieuwste was
--   bekend_tot        | dag waarop een nieuwere versie kwam; leeg zolang dit de nieuwste is
--   bestand           | het ontvangen bestand, zie bestanden
WITH cijfers AS (
    SELECT bron, peildatum, soort_code, regio_code, periode_code, waarde, aangiften, internetaangiften, teken, bestand
    FROM tellingen
    UNION ALL
    SELECT bron, peildatum, soort_code, regio_code, periode_code, waarde, aangiften, internetaangiften, teken, bestand
    FROM ruw_blok
),
regio_met_waarde AS (
    SELECT bron,
           regio_code
    FROM optelcontrole
    WHERE met_waarde > 0 OR totaal IS NOT NULL
    GROUP BY bron, regio_code
),
plaats AS (
    SELECT c.bron,
           c.peildatum,
           c.regio_code,
           c.periode_code,
           c.uitkomst,
           c.aangiften_sluit,
           c.internet_sluit,
           p.status,
           p.soort AS periode_soort,
           r.regio_code IS NOT NULL AS heeft_ooit_waarde,
           o.standaard
    FROM optelcontrole AS c
    LEFT JOIN periode AS p ON p.periode_code = c.periode_code
    LEFT JOIN regio_met_waarde AS r ON r.bron = c.bron AND r.regio_code = c.regio_code
    LEFT JOIN ruw_onderwerp AS o ON o.bron = c.bron AND o.is_waarde
),
geduid AS (
    SELECT t.soort_code,
           t.regio_code,
           t.periode_code,
           t.peildatum,
           t.bron,
           t.bestand,
           t.waarde,
           t.aangiften,
           t.internetaangiften,
           p.status,
           CASE
               WHEN t.waarde <> 0 THEN 'waarde'
               -- Een nul bij een soort die niet per maand verschijnt, is opvulling en geen cijfer.
               WHEN t.waarde = 0 AND n.soort_code IS NULL THEN 'nul'
               WHEN t.teken = 'geheim' THEN 'geheim'
               WHEN t.teken = 'onmogelijk' THEN 'onmogelijk'
               WHEN NOT p.heeft_ooit_waarde THEN 'niet_gepubliceerd'
               WHEN n.soort_code IS NOT NULL THEN 'niet_gepubliceerd'
               WHEN p.standaard = 'Impossible' THEN 'onmogelijk'
               WHEN p.uitkomst = 'sluit' THEN 'nul'
               ELSE 'ontbreekt'
           END AS reden,
           p.aangiften_sluit,
           p.internet_sluit
    FROM cijfers AS t
    JOIN plaats AS p
        ON p.bron = t.bron AND p.peildatum = t.peildatum
        AND p.regio_code = t.regio_code AND p.periode_code = t.periode_code
    LEFT JOIN ruw_niet_per_maand AS n
        ON n.bron = t.bron AND n.soort_code = t.soort_code AND p.periode_soort = 'maand'
)
SELECT g.soort_code,
       g.regio_code,
       g.periode_code,
       CASE WHEN g.reden = 'nul' THEN 0 WHEN g.reden = 'waarde' THEN g.waarde END AS waarde,
       g.reden,
       g.status,
       g.bron,
       g.peildatum,
       CASE WHEN g.aangiften IS NULL AND g.reden IN ('waarde', 'nul') AND g.aangiften_sluit THEN 0
            WHEN g.reden = 'niet_gepubliceerd' THEN nullif(g.aangiften, 0)
            ELSE g.aangiften END AS aangiften,
       CASE WHEN g.internetaangiften IS NULL AND g.reden IN ('waarde', 'nul') AND g.internet_sluit THEN 0
            WHEN g.reden = 'niet_gepubliceerd' THEN nullif(g.internetaangiften, 0)
            ELSE g.internetaangiften END AS internetaangiften,
       g.peildatum AS bekend_van,
       o.bekend_tot,
       g.bestand
FROM geduid AS g
LEFT JOIN soortgroep AS s ON s.soort_code = g.soort_code
LEFT JOIN opvolging AS o
    ON o.groep = s.groep AND o.regio_code = g.regio_code AND o.periode_code = g.periode_code AND o.peildatum = g.peildatum
