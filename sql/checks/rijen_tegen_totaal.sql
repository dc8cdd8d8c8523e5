-- ernst:    fout
-- doel:     De rijen van een regio moeten optellen tot het totaal van de bron; alleen dan is leeg nul.
-- getoetst: elke regio, elk jaar en elke maand in de versie die geldt, en wat de maanden van een heel jaar overlaten voor de soorten die alleen per jaar verschijnen, zie optelcontrole
-- telt:     optelcontrole
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de som van de rijen en het totaal, met de dag van de versie
--   bevinding | wat er is gevonden, in woorden
WITH geldend AS (
    SELECT m.bron,
           m.peildatum,
           m.regio_code,
           m.periode_code
    FROM misdrijven AS m
    JOIN soort_misdrijf AS s ON s.soort_code = m.soort_code AND s.is_totaal
),
gevonden AS (
    SELECT o.regio_code,
           o.periode_code,
           o.peildatum,
           o.gepubliceerd,
           o.totaal,
           o.rest_jaar,
           o.verborgen_jaar,
           p.jaar,
           -- Van een heel jaar is niet te zeggen welke maand niet klopt.
           coalesce(p.soort = 'maand' AND o.maanden = 12 AND o.rest_jaar <> o.verborgen_jaar
               AND o.gepubliceerd <= coalesce(o.totaal, 0), false) AS is_heel_jaar
    FROM optelcontrole AS o
    JOIN geldend AS g
        ON g.bron = o.bron AND g.peildatum = o.peildatum AND g.regio_code = o.regio_code AND g.periode_code = o.periode_code
    LEFT JOIN periode AS p ON p.periode_code = o.periode_code
    WHERE o.uitkomst = 'sluit niet'
)
SELECT concat(regio_code, ' ', periode_code) AS sleutel,
       concat(gepubliceerd, ' tegen ', coalesce(CAST(totaal AS VARCHAR), 'leeg'), ' (', peildatum, ')') AS stand,
       concat(regio_code, ' over ', periode_code, ': de rijen tellen op tot ', gepubliceerd, ', het totaal is ', coalesce(CAST(totaal AS VARCHAR), 'leeg')) AS bevinding
FROM gevonden
WHERE NOT is_heel_jaar
UNION ALL
SELECT concat(regio_code, ' ', jaar, ' maanden') AS sleutel,
       concat(rest_jaar, ' tegen ', verborgen_jaar, ' (', peildatum, ')') AS stand,
       concat(regio_code, ' over ', jaar, ': de twaalf maanden laten ', rest_jaar, ' over voor de soorten zonder maandcijfers, het jaar heeft er ', verborgen_jaar,
              CASE WHEN rest_jaar > verborgen_jaar
                   THEN '; houdt de politie nog een soort per maand achter, dan hoort die bij not_published_monthly in de pipeline: welke, zegt maanden_tegen_jaar'
                   ELSE '' END) AS bevinding
FROM gevonden
WHERE is_heel_jaar
GROUP BY regio_code, jaar, peildatum, rest_jaar, verborgen_jaar
