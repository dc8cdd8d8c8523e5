-- doel:    Welke versie op welke volgde. Elke levering is een vol blok, dus dat is per groep van soorten hetzelfde.
-- korrel:  een rij per groep van soorten, regio, periode en peildatum waarop een nieuwere versie volgde
-- sleutel: groep, regio_code, periode_code, peildatum
-- kolommen:
--   groep        | nummer van de groep, zie soortgroep
--   regio_code   | regio
--   periode_code | periode
--   peildatum    | de dag waarop de cijfers zo bekend waren
--   bekend_tot   | de dag waarop een nieuwere versie kwam
WITH vaker AS (
    SELECT regio_code,
           periode_code
    FROM optelcontrole
    GROUP BY regio_code, periode_code
    HAVING count(*) > 1
),
gelezen AS (
    SELECT bestand,
           peildatum,
           regio_code,
           periode_code
    FROM ruw_misdrijven
    GROUP BY bestand, peildatum, regio_code, periode_code
    UNION ALL
    SELECT l.bestand,
           o.peildatum,
           o.regio_code,
           o.periode_code
    FROM ruw_blok_opgeteld AS o
    JOIN ruw_blok_lid AS l ON l.peildatum = o.peildatum AND l.code = o.periode_code AND l.lijst = 'periode'
),
plaatsen AS (
    SELECT b.levering,
           g.peildatum,
           g.regio_code,
           g.periode_code
    FROM gelezen AS g
    JOIN bestanden AS b ON b.bestand = g.bestand
    JOIN vaker AS m ON m.regio_code = g.regio_code AND m.periode_code = g.periode_code
),
groepen AS (
    SELECT s.groep,
           l.levering
    FROM soortgroep AS s
    JOIN soort_levering AS l ON l.soort_code = s.soort_code
    GROUP BY s.groep, l.levering
),
versies AS (
    SELECT g.groep,
           p.regio_code,
           p.periode_code,
           p.peildatum
    FROM plaatsen AS p
    JOIN groepen AS g ON g.levering = p.levering
    GROUP BY g.groep, p.regio_code, p.periode_code, p.peildatum
),
opgevolgd AS (
    SELECT groep,
           regio_code,
           periode_code,
           peildatum,
           lead(peildatum) OVER (PARTITION BY groep, regio_code, periode_code ORDER BY peildatum) AS bekend_tot
    FROM versies
)
SELECT groep,
       regio_code,
       periode_code,
       peildatum,
       bekend_tot
FROM opgevolgd
WHERE bekend_tot IS NOT NULL
