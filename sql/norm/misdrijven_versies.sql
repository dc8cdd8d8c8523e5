-- doel:    Elk politiecijfer in elke versie die ooit is ontvangen; een herziening vervangt niets.
-- korrel:  een rij per soort misdrijf, regio, periode en peildatum
-- sleutel: soort_code, regio_code, periode_code, peildatum
-- kolommen:
--   soort_code        | soort misdrijf, zie soort_misdrijf
--   regio_code        | regio, zie regio
--   periode_code      | periode, zie periode
--   waarde            | aantal geregistreerde misdrijven; 0 waar de tabel bewijst dat leeg nul is
--   reden             | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status            | het woord van de bron: definitief, nader_voorlopig of voorlopig
--   bron              | tabel van de bron
--   peildatum         | de dag waarop de cijfers zo bekend waren
--   aangiften         | aantal aangiften; leeg waar niet bewezen is dat leeg nul is
--   internetaangiften | aantal internetaangiften; leeg waar niet bewezen is dat leeg nul is
--   bekend_van        | eerste dag waarop deze waarde de nieuwste was
--   bekend_tot        | dag waarop een nieuwere versie kwam; leeg zolang dit de nieuwste is
--   bestand           | het ontvangen bestand
WITH regio_met_waarde AS (
    SELECT bron,
           regio_code
    FROM tellingen
    WHERE waarde IS NOT NULL
    GROUP BY bron, regio_code
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
               WHEN t.waarde = 0 THEN 'nul'
               WHEN t.teken = 'geheim' THEN 'geheim'
               WHEN t.teken = 'onmogelijk' THEN 'onmogelijk'
               WHEN r.regio_code IS NULL THEN 'niet_gepubliceerd'
               WHEN n.soort_code IS NOT NULL THEN 'niet_gepubliceerd'
               WHEN o.standaard = 'Impossible' THEN 'onmogelijk'
               WHEN o.standaard = 'Zero' THEN 'nul'
               WHEN c.uitkomst = 'sluit' THEN 'nul'
               ELSE 'ontbreekt'
           END AS reden,
           c.aangiften_sluit,
           c.internet_sluit
    FROM tellingen AS t
    LEFT JOIN periode AS p ON p.periode_code = t.periode_code
    LEFT JOIN regio_met_waarde AS r ON r.bron = t.bron AND r.regio_code = t.regio_code
    LEFT JOIN ruw_niet_per_maand AS n ON n.bron = t.bron AND n.soort_code = t.soort_code AND p.soort = 'maand'
    LEFT JOIN ruw_onderwerp AS o ON o.bron = t.bron AND o.volgorde = 1
    LEFT JOIN optelcontrole AS c
        ON c.bron = t.bron AND c.peildatum = t.peildatum
        AND c.regio_code = t.regio_code AND c.periode_code = t.periode_code
)
SELECT soort_code,
       regio_code,
       periode_code,
       CASE WHEN reden = 'nul' THEN 0 ELSE waarde END AS waarde,
       reden,
       status,
       bron,
       peildatum,
       CASE WHEN aangiften IS NULL AND reden IN ('waarde', 'nul') AND aangiften_sluit THEN 0 ELSE aangiften END AS aangiften,
       CASE WHEN internetaangiften IS NULL AND reden IN ('waarde', 'nul') AND internet_sluit THEN 0
            ELSE internetaangiften END AS internetaangiften,
       peildatum AS bekend_van,
       lead(peildatum) OVER (PARTITION BY soort_code, regio_code, periode_code ORDER BY peildatum) AS bekend_tot,
       bestand
FROM geduid
