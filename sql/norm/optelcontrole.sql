-- doel:    Bewijst per versie, regio en periode of de rijen optellen tot het totaal van de bron; alleen dan is leeg nul.
-- korrel:  een rij per bron, peildatum, regio en periode
-- sleutel: bron, peildatum, regio_code, periode_code
-- kolommen:
--   bron           | tabel van de bron
--   peildatum      | de dag waarop de cijfers zo bekend waren
--   regio_code     | regio
--   periode_code   | periode
--   indeling       | jaar van de gemeentelijke indeling waarop de versie staat
--   soorten        | aantal soorten misdrijf dat deze versie voor deze regio en periode bevat, het totaal niet meegeteld
--   soorten_bron   | aantal soorten misdrijf dat de lijst van de bron kent, het totaal niet meegeteld
--   met_waarde     | aantal soorten misdrijf met een getal
--   totaal         | het totaal 0.0.0 volgens de bron
--   som            | som van de soorten, leeg als nul geteld
--   som_aangiften  | som van de aangiften van de soorten
--   som_internet   | som van de internetaangiften van de soorten
--   volledig       | waar als alle soorten van de bron en het totaal aanwezig zijn
--   uitkomst       | sluit, sluit niet, geen enkele waarde of niet te toetsen
--   aangiften_sluit | waar als ook de aangiften optellen tot hun totaal
--   internet_sluit  | waar als ook de internetaangiften optellen tot hun totaal
WITH lijst AS (
    SELECT bron,
           count(*) AS soorten_bron
    FROM soort_misdrijf
    WHERE NOT is_totaal
    GROUP BY bron
),
geteld AS (
    SELECT t.bron,
           t.peildatum,
           t.regio_code,
           t.periode_code,
           max(t.indeling) AS indeling,
           count(*) FILTER (WHERE NOT s.is_totaal) AS soorten,
           count(t.waarde) FILTER (WHERE NOT s.is_totaal) AS met_waarde,
           count(*) FILTER (WHERE s.is_totaal) AS totalen,
           max(t.waarde) FILTER (WHERE s.is_totaal) AS totaal,
           max(t.aangiften) FILTER (WHERE s.is_totaal) AS totaal_aangiften,
           max(t.internetaangiften) FILTER (WHERE s.is_totaal) AS totaal_internet,
           coalesce(sum(t.waarde) FILTER (WHERE NOT s.is_totaal), 0) AS som,
           coalesce(sum(t.aangiften) FILTER (WHERE NOT s.is_totaal), 0) AS som_aangiften,
           coalesce(sum(t.internetaangiften) FILTER (WHERE NOT s.is_totaal), 0) AS som_internet
    FROM tellingen AS t
    JOIN soort_misdrijf AS s ON s.soort_code = t.soort_code
    GROUP BY t.bron, t.peildatum, t.regio_code, t.periode_code
)
SELECT g.bron,
       g.peildatum,
       g.regio_code,
       g.periode_code,
       g.indeling,
       g.soorten,
       l.soorten_bron,
       g.met_waarde,
       g.totaal,
       CAST(g.som AS BIGINT) AS som,
       CAST(g.som_aangiften AS BIGINT) AS som_aangiften,
       CAST(g.som_internet AS BIGINT) AS som_internet,
       g.soorten = l.soorten_bron AND g.totalen = 1 AS volledig,
       CASE
           WHEN g.soorten <> l.soorten_bron OR g.totalen <> 1 THEN 'niet te toetsen'
           WHEN g.totaal IS NULL AND g.met_waarde = 0 THEN 'geen enkele waarde'
           WHEN coalesce(g.totaal, 0) = g.som THEN 'sluit'
           ELSE 'sluit niet'
       END AS uitkomst,
       coalesce(g.totaal_aangiften, 0) = g.som_aangiften AS aangiften_sluit,
       coalesce(g.totaal_internet, 0) = g.som_internet AS internet_sluit
FROM geteld AS g
JOIN lijst AS l ON l.bron = g.bron
