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
--   gepubliceerd   | som van de soorten die de bron over zo'n periode publiceert; van een maand zonder de soorten die alleen per jaar verschijnen
--   maanden        | van een maand: aantal maanden van haar jaar die deze versie volledig bevat
--   rest_jaar      | van een maand: wat de maandtotalen van haar jaar samen meer zijn dan de gepubliceerde soorten
--   verborgen_jaar | van een maand: het jaarcijfer van de soorten die alleen per jaar verschijnen; leeg zolang deze versie geen sluitend jaar heeft
--   volledig       | waar als alle soorten van de bron en het totaal aanwezig zijn
--   uitkomst       | sluit, sluit niet, past (een maand met een rest, van een jaar dat nog niet heel is: wat leeg is, is niet bewezen), geen enkele waarde of niet te toetsen
--   aangiften_sluit | waar als ook de aangiften optellen tot hun totaal
--   internet_sluit  | waar als ook de internetaangiften optellen tot hun totaal
WITH lijst AS (
    SELECT bron,
           count(*) AS soorten_bron
    FROM soort_misdrijf
    WHERE NOT is_totaal
    GROUP BY bron
),
soorten AS (
    SELECT s.soort_code,
           s.is_totaal,
           n.soort_code IS NOT NULL AS is_verborgen
    FROM soort_misdrijf AS s
    LEFT JOIN ruw_niet_per_maand AS n ON n.bron = s.bron AND n.soort_code = s.soort_code
),
geteld AS (
    SELECT t.bron,
           t.peildatum,
           t.regio_code,
           t.periode_code,
           max(t.indeling) AS indeling,
           count(*) FILTER (WHERE NOT s.is_totaal) AS soorten,
           count(*) FILTER (WHERE s.is_verborgen) AS verborgen,
           count(t.waarde) FILTER (WHERE NOT s.is_totaal) AS met_waarde,
           count(*) FILTER (WHERE s.is_totaal) AS totalen,
           max(t.waarde) FILTER (WHERE s.is_totaal) AS totaal,
           max(t.aangiften) FILTER (WHERE s.is_totaal) AS totaal_aangiften,
           max(t.internetaangiften) FILTER (WHERE s.is_totaal) AS totaal_internet,
           coalesce(sum(t.waarde) FILTER (WHERE NOT s.is_totaal), 0) AS som,
           coalesce(sum(t.aangiften) FILTER (WHERE NOT s.is_totaal), 0) AS som_aangiften,
           coalesce(sum(t.internetaangiften) FILTER (WHERE NOT s.is_totaal), 0) AS som_internet,
           coalesce(sum(t.waarde) FILTER (WHERE s.is_verborgen), 0) AS verborgen_waarde,
           coalesce(sum(t.aangiften) FILTER (WHERE s.is_verborgen), 0) AS verborgen_aangiften,
           coalesce(sum(t.internetaangiften) FILTER (WHERE s.is_verborgen), 0) AS verborgen_internet
    FROM tellingen AS t
    JOIN soorten AS s ON s.soort_code = t.soort_code
    GROUP BY t.bron, t.peildatum, t.regio_code, t.periode_code
),
geplaatst AS (
    SELECT g.bron, g.peildatum, g.regio_code, g.periode_code, g.indeling, g.soorten, l.soorten_bron, g.verborgen, g.met_waarde,
           g.totaal, g.totaal_aangiften, g.totaal_internet, g.som, g.som_aangiften, g.som_internet,
           g.verborgen_waarde, g.verborgen_aangiften, g.verborgen_internet,
           g.som - CASE WHEN p.soort = 'maand' THEN g.verborgen_waarde ELSE 0 END AS gepubliceerd,
           g.som_aangiften - CASE WHEN p.soort = 'maand' THEN g.verborgen_aangiften ELSE 0 END AS gepubliceerd_aangiften,
           g.som_internet - CASE WHEN p.soort = 'maand' THEN g.verborgen_internet ELSE 0 END AS gepubliceerd_internet,
           g.soorten = l.soorten_bron AND g.totalen = 1 AS volledig,
           coalesce(p.soort = 'maand', false) AS is_maand,
           p.jaar
    FROM geteld AS g
    JOIN lijst AS l ON l.bron = g.bron
    LEFT JOIN periode AS p ON p.periode_code = g.periode_code
),
-- Wat een maand meer is dan haar gepubliceerde soorten, is van de soorten die alleen per jaar verschijnen; over een heel jaar
-- is dat te bewijzen, want dan staat hun jaarcijfer ernaast.
naast_jaar AS (
    SELECT bron, peildatum, regio_code, periode_code, indeling, soorten, soorten_bron, verborgen, met_waarde,
           totaal, totaal_aangiften, totaal_internet, som, som_aangiften, som_internet,
           gepubliceerd, gepubliceerd_aangiften, gepubliceerd_internet, volledig, is_maand,
           sum(CASE WHEN is_maand AND volledig THEN 1 ELSE 0 END) OVER versiejaar AS maanden,
           sum(CASE WHEN is_maand THEN coalesce(totaal, 0) - gepubliceerd END) OVER versiejaar AS rest_jaar,
           sum(CASE WHEN is_maand THEN coalesce(totaal_aangiften, 0) - gepubliceerd_aangiften END) OVER versiejaar AS rest_aangiften,
           sum(CASE WHEN is_maand THEN coalesce(totaal_internet, 0) - gepubliceerd_internet END) OVER versiejaar AS rest_internet,
           max(CASE WHEN NOT is_maand AND volledig AND totaal = som THEN verborgen_waarde END) OVER versiejaar AS verborgen_jaar,
           max(CASE WHEN NOT is_maand AND volledig AND totaal_aangiften = som_aangiften THEN verborgen_aangiften END)
               OVER versiejaar AS verborgen_jaar_aangiften,
           max(CASE WHEN NOT is_maand AND volledig AND totaal_internet = som_internet THEN verborgen_internet END)
               OVER versiejaar AS verborgen_jaar_internet
    FROM geplaatst
    WINDOW versiejaar AS (PARTITION BY bron, peildatum, regio_code, jaar)
)
SELECT bron,
       peildatum,
       regio_code,
       periode_code,
       indeling,
       soorten,
       soorten_bron,
       met_waarde,
       totaal,
       CAST(som AS BIGINT) AS som,
       CAST(som_aangiften AS BIGINT) AS som_aangiften,
       CAST(som_internet AS BIGINT) AS som_internet,
       CAST(gepubliceerd AS BIGINT) AS gepubliceerd,
       CASE WHEN is_maand THEN CAST(maanden AS BIGINT) END AS maanden,
       CASE WHEN is_maand THEN CAST(rest_jaar AS BIGINT) END AS rest_jaar,
       CASE WHEN is_maand THEN CAST(verborgen_jaar AS BIGINT) END AS verborgen_jaar,
       volledig,
       CASE
           WHEN NOT volledig THEN 'niet te toetsen'
           WHEN is_maand AND gepubliceerd > coalesce(totaal, 0) THEN 'sluit niet'
           WHEN is_maand AND maanden = 12 AND rest_jaar = verborgen_jaar THEN 'sluit'
           WHEN is_maand AND maanden = 12 AND rest_jaar <> verborgen_jaar THEN 'sluit niet'
           WHEN totaal IS NULL AND met_waarde = 0 THEN 'geen enkele waarde'
           WHEN coalesce(totaal, 0) = gepubliceerd THEN 'sluit'
           WHEN is_maand AND verborgen > 0 THEN 'past'
           ELSE 'sluit niet'
       END AS uitkomst,
       -- Aangiften komen maanden later: een maand of jaar zonder totaal is niet nul maar nog niet geleverd.
       CASE WHEN is_maand THEN coalesce(gepubliceerd_aangiften <= totaal_aangiften
                AND (gepubliceerd_aangiften = totaal_aangiften OR (maanden = 12 AND rest_aangiften = verborgen_jaar_aangiften)), false)
            ELSE coalesce(totaal_aangiften = som_aangiften, false) END AS aangiften_sluit,
       CASE WHEN is_maand THEN coalesce(gepubliceerd_internet <= totaal_internet
                AND (gepubliceerd_internet = totaal_internet OR (maanden = 12 AND rest_internet = verborgen_jaar_internet)), false)
            ELSE totaal_aangiften IS NOT NULL AND coalesce(totaal_internet, 0) = som_internet END AS internet_sluit
FROM naast_jaar
