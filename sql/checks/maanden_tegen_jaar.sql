-- ernst:    fout
-- doel:     De twaalf maanden van een soort moeten optellen tot haar jaar in dezelfde versie.
-- getoetst: elke soort met maandcijfers en het totaal, in elke regio en elk jaar waarvan de geldende versie het jaar en alle twaalf maanden heeft
-- telt:     optelcontrole WHERE maanden = 12
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: de som van de maanden en het jaar, met de dag van de versie
--   bevinding | wat er is gevonden, in woorden
WITH jaren AS (
    SELECT o.bron,
           o.regio_code,
           o.peildatum,
           p.jaar,
           max(o.rest_jaar - o.verborgen_jaar) AS verschil
    FROM optelcontrole AS o
    LEFT JOIN periode AS p ON p.periode_code = o.periode_code
    WHERE o.maanden = 12
    GROUP BY o.bron, o.regio_code, o.peildatum, p.jaar
),
geteld AS (
    SELECT m.soort_code,
           m.regio_code,
           m.peildatum,
           p.jaar,
           max(j.verschil) AS verschil,
           count(*) FILTER (WHERE p.soort = 'maand') AS maanden,
           count(*) FILTER (WHERE p.soort = 'maand' AND m.reden = 'niet_gepubliceerd') AS niet_gepubliceerd,
           CAST(coalesce(sum(m.waarde) FILTER (WHERE p.soort = 'maand'), 0) AS BIGINT) AS som,
           max(m.waarde) FILTER (WHERE p.soort = 'jaar') AS jaarcijfer
    -- Zonder coalesce werd de brede tabel in het geheugen verzameld, zie telling_maand.
    FROM misdrijven AS m
    LEFT JOIN periode AS p ON p.periode_code = m.periode_code
    LEFT JOIN jaren AS j
        ON j.bron = m.bron AND j.regio_code = m.regio_code AND j.peildatum = m.peildatum AND j.jaar = p.jaar
    WHERE coalesce(j.regio_code, '') <> ''
    GROUP BY m.soort_code, m.regio_code, m.peildatum, p.jaar
)
SELECT concat(soort_code, ' ', regio_code, ' ', jaar) AS sleutel,
       concat(som, ' tegen ', jaarcijfer, ' (', peildatum, ')') AS stand,
       concat(soort_code, ' in ', regio_code, ': de twaalf maanden van ', jaar, ' tellen op tot ', som, ', het jaar is ', jaarcijfer,
              CASE WHEN som = 0 THEN concat('; zij heeft in geen enkele maand een getal',
                  CASE WHEN jaarcijfer = verschil THEN ', en haar jaar is precies wat de maanden te veel overlaten' ELSE '' END,
                  ': houdt de politie ', soort_code, ' per maand achter, zet haar dan bij not_published_monthly in de pipeline') ELSE '' END) AS bevinding
FROM geteld
WHERE maanden = 12
  AND niet_gepubliceerd = 0
  AND jaarcijfer IS NOT NULL
  AND som <> jaarcijfer
