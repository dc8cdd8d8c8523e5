-- doel:    De jaarcijfers van gemeenten over de soorten die in een reeks of thema tellen en over de totalen van de bron, misdrijven en overlast onder elkaar.
-- korrel:  een rij per bron, soort, gemeente en jaar
-- sleutel: bron, soort_code, regio_code, jaar
-- kolommen:
--   bron       | tabel van de bron; misdrijven en overlast worden nooit opgeteld
--   soort_code | soort misdrijf of overlast
--   regio_code | gemeente
--   jaar       | kalenderjaar
--   waarde     | aantal
--   reden      | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status     | het woord van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
WITH soorten AS (
    SELECT bron, soort_code FROM samenstelling
    UNION
    SELECT bron, soort_code FROM soort_misdrijf WHERE is_totaal
    UNION
    SELECT bron, soort_code FROM soort_overlast WHERE is_totaal
),
gemeenten AS (
    SELECT regio_code
    FROM regio
    WHERE niveau = 'gemeente' AND in_te_delen
)
SELECT m.bron,
       m.soort_code,
       m.regio_code,
       p.jaar,
       m.waarde,
       m.reden,
       m.status,
       m.peildatum
-- Wat opgezocht wordt volgt als LEFT JOIN, en coalesce houdt het zo: de brede tabel wordt dan niet in het geheugen verzameld.
FROM misdrijven AS m
LEFT JOIN periode AS p ON p.periode_code = m.periode_code
LEFT JOIN soorten AS s ON s.bron = m.bron AND s.soort_code = m.soort_code
LEFT JOIN gemeenten AS g ON g.regio_code = m.regio_code
WHERE coalesce(p.soort, '') = 'jaar' AND coalesce(s.soort_code, '') <> '' AND coalesce(g.regio_code, '') <> ''
UNION ALL
SELECT o.bron,
       o.soort_code,
       o.regio_code,
       p.jaar,
       o.waarde,
       o.reden,
       o.status,
       o.peildatum
FROM overlast AS o
JOIN soorten AS s ON s.bron = o.bron AND s.soort_code = o.soort_code
JOIN periode AS p ON p.periode_code = o.periode_code AND p.soort = 'jaar'
JOIN gemeenten AS g ON g.regio_code = o.regio_code
