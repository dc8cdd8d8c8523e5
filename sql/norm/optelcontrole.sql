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
--   uitkomst       | sluit, sluit niet, past (een maand met een rest, van een jaar dat nog niet heel is: wat leeg is, is niet bewezen), geen enkele waarde (van een maand: en niet te bewijzen dat er niets was) of niet te toetsen
--   aangiften_sluit | waar als ook de aangiften optellen tot hun totaal
--   internet_sluit  | waar als ook de internetaangiften optellen tot hun totaal
WITH versiejaar AS (
    -- Wat een maand meer is dan haar gepubliceerde soorten, is van de soorten die alleen per jaar verschijnen; over een heel jaar
    -- is dat te bewijzen, want dan staat hun jaarcijfer ernaast.
    SELECT bron,
           peildatum,
           regio_code,
           jaar,
           count(*) FILTER (WHERE is_maand AND volledig) AS maanden,
           sum(coalesce(totaal, 0) - gepubliceerd) FILTER (WHERE is_maand) AS rest_jaar,
           sum(coalesce(totaal_aangiften, 0) - gepubliceerd_aangiften) FILTER (WHERE is_maand) AS rest_aangiften,
           sum(coalesce(totaal_internet, 0) - gepubliceerd_internet) FILTER (WHERE is_maand) AS rest_internet,
           sum(coalesce(totaal, 0)) FILTER (WHERE is_maand) AS totaal_maanden,
           max(totaal) FILTER (WHERE NOT is_maand AND volledig) AS totaal_jaar,
           max(verborgen_waarde) FILTER (WHERE NOT is_maand AND volledig AND totaal = som) AS verborgen_jaar,
           max(verborgen_aangiften) FILTER (WHERE NOT is_maand AND volledig AND totaal_aangiften = som_aangiften)
               AS verborgen_jaar_aangiften,
           max(verborgen_internet) FILTER (WHERE NOT is_maand AND volledig AND totaal_internet = som_internet)
               AS verborgen_jaar_internet
    FROM opgeteld
    WHERE telt
    GROUP BY bron, peildatum, regio_code, jaar
),
met_internet AS (
    -- Zonder een enkel totaal van internetaangiften is niet te zeggen dat er geen waren: dan zijn ze niet gelezen of niet geleverd.
    SELECT bron,
           peildatum,
           regio_code
    FROM opgeteld
    WHERE totaal_internet IS NOT NULL
    GROUP BY bron, peildatum, regio_code
),
-- Een maand waarin het hele land niets telt, is niet geleverd.
land AS (
    SELECT bron,
           peildatum,
           periode_code,
           max(CASE WHEN som > 0 OR coalesce(totaal, 0) > 0 THEN 1 ELSE 0 END) = 1 AS heeft_getal
    FROM opgeteld
    WHERE is_maand AND telt AND left(regio_code, 2) = 'NL'
    GROUP BY bron, peildatum, periode_code
),
naast_jaar AS (
    SELECT o.bron, o.peildatum, o.regio_code, o.periode_code, o.indeling, o.soorten, o.soorten_bron, o.verborgen, o.met_waarde,
           o.totaal, o.totaal_aangiften, o.totaal_internet, o.som, o.som_aangiften, o.som_internet,
           o.gepubliceerd, o.gepubliceerd_aangiften, o.gepubliceerd_internet, o.volledig, o.is_maand,
           j.maanden, j.rest_jaar, j.rest_aangiften, j.rest_internet,
           j.verborgen_jaar, j.verborgen_jaar_aangiften, j.verborgen_jaar_internet,
           i.regio_code IS NOT NULL AS heeft_internet,
           -- Leeg in alles wat per maand verschijnt; in wat niet per maand verschijnt kan een nul als opvulling staan.
           o.is_maand AND o.som = 0 AND o.totaal IS NULL AND o.met_waarde <= o.verborgen AS is_leeg,
           o.is_maand AND o.som = 0 AND coalesce(o.totaal, 0) = 0 AND NOT coalesce(l.heeft_getal, true) AS land_is_leeg,
           coalesce(l.heeft_getal AND j.totaal_jaar < 12 * k.oordeel_vanaf AND j.totaal_maanden = j.totaal_jaar, false)
               AS lege_maand_is_gewoon
    FROM opgeteld AS o
    CROSS JOIN conventie AS k
    LEFT JOIN versiejaar AS j
        ON j.bron = o.bron AND j.peildatum = o.peildatum AND j.regio_code = o.regio_code AND j.jaar = o.jaar
    LEFT JOIN met_internet AS i ON i.bron = o.bron AND i.peildatum = o.peildatum AND i.regio_code = o.regio_code
    LEFT JOIN land AS l ON l.bron = o.bron AND l.peildatum = o.peildatum AND l.periode_code = o.periode_code
    WHERE o.telt
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
           WHEN land_is_leeg THEN 'geen enkele waarde'
           -- Leeg is alleen nul waar een lege maand te verwachten is: in een kleine regio, van een jaar dat sluit.
           WHEN is_leeg AND NOT coalesce(lege_maand_is_gewoon AND maanden = 12 AND rest_jaar = verborgen_jaar, false)
               THEN 'geen enkele waarde'
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
            ELSE heeft_internet AND totaal_aangiften IS NOT NULL AND coalesce(totaal_internet, 0) = som_internet END AS internet_sluit
FROM naast_jaar
