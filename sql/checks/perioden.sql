-- ernst:    waarschuwing
-- doel:     Wat geen jaar en geen maand is telt nergens mee, een jaar of maand die nog loopt telt nog niet, en een maand zonder een enkel getal is geen nul.
-- getoetst: elke periode waarover een tabel cijfers heeft: misdrijven, overlast, wijken, enquetes en inwoners
-- telt:     misdrijven_versies
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de versie, en hoeveel regio's
--   bevinding | wat er is gevonden, in woorden
WITH gelezen AS (
    SELECT bron, periode_code, peildatum
    FROM opgeteld
    WHERE som > 0 OR totaal IS NOT NULL
    GROUP BY bron, periode_code, peildatum
    UNION ALL
    SELECT bron, periode_code, peildatum
    FROM ruw_overlast
    WHERE waarde IS NOT NULL
    GROUP BY bron, periode_code, peildatum
    UNION ALL
    SELECT bron, periode_code, peildatum
    FROM ruw_wijkcijfers
    WHERE waarde IS NOT NULL
    GROUP BY bron, periode_code, peildatum
    UNION ALL
    SELECT bron, periode_code, peildatum
    FROM ruw_enquete
    WHERE getal IS NOT NULL
    GROUP BY bron, periode_code, peildatum
    UNION ALL
    SELECT bron, periode_code, peildatum
    FROM ruw_inwoners_periode
),
geduid AS (
    SELECT bron,
           periode_code,
           peildatum,
           regexp_like(periode_code, '^[1-9][0-9]{3}JJ00$') AS is_jaar,
           regexp_like(periode_code, '^[1-9][0-9]{3}MM(0[1-9]|1[0-2])$') AS is_maand,
           TRY_CAST(left(periode_code, 4) AS INT) AS jaar,
           TRY_CAST(right(periode_code, 2) AS INT) AS maand,
           extract(YEAR FROM peildatum) AS peiljaar,
           extract(MONTH FROM peildatum) AS peilmaand
    FROM gelezen
),
-- Van een periode die eerst nog liep en later voorbij was, is niets meer te zeggen.
laatste AS (
    SELECT bron,
           periode_code,
           bool_or(is_jaar OR is_maand) AS is_periode,
           max(peildatum) AS peildatum,
           bool_or((is_jaar AND jaar < peiljaar)
               OR (is_maand AND (jaar < peiljaar OR (jaar = peiljaar AND maand < peilmaand)))) AS telt
    FROM geduid
    GROUP BY bron, periode_code
),
-- Alleen van een jaar dat er heel is; van een lopend jaar is een lege maand gewoon nog niet geleverd.
leeg AS (
    SELECT o.bron,
           o.periode_code,
           o.peildatum,
           count(*) AS regios
    FROM optelcontrole AS o
    JOIN (SELECT bron, regio_code, periode_code, max(peildatum) AS peildatum FROM optelcontrole WHERE volledig GROUP BY bron, regio_code, periode_code) AS n
        ON n.bron = o.bron AND n.regio_code = o.regio_code AND n.periode_code = o.periode_code AND n.peildatum = o.peildatum
    WHERE o.uitkomst = 'geen enkele waarde'
      AND o.verborgen_jaar IS NOT NULL
    GROUP BY o.bron, o.periode_code, o.peildatum
)
SELECT concat(bron, ' ', periode_code) AS sleutel,
       concat('stand van ', peildatum) AS stand,
       concat(bron, ' heeft cijfers over ', periode_code,
              CASE WHEN is_periode THEN concat(', en die periode was op ', peildatum, ' nog niet voorbij: zij telt nog nergens mee')
                   ELSE ': dat is geen jaar en geen maand, en telt nergens mee' END) AS bevinding
FROM laatste
WHERE NOT telt
UNION ALL
SELECT concat('leeg ', bron, ' ', periode_code) AS sleutel,
       concat(regios, ' regio''s (', peildatum, ')') AS stand,
       concat('de versie van ', peildatum, ' van ', bron, ' heeft over ', periode_code, ' voor ', regios, ' regio''s geen enkel getal: die maand ontbreekt daar, ook al is het jaar er') AS bevinding
FROM leeg
