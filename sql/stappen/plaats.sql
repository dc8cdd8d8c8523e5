-- doel:    Wat van een regio en periode in een versie bekend is, en voor alle soorten van een groep hetzelfde: of leeg nul is, of de versie geldt.
-- korrel:  een rij per bron, peildatum, regio, periode en groep van soorten
-- sleutel: bron, peildatum, regio_code, periode_code, groep
-- kolommen:
--   bron               | tabel van de bron
--   peildatum          | de dag waarop de cijfers zo bekend waren
--   regio_code         | regio
--   periode_code       | periode
--   groep              | nummer van de groep, zie soortgroep
--   sluit              | waar als de soorten optellen tot het totaal: alleen dan is leeg nul
--   zonder_getal       | waar voor een maand zonder enig getal waarvan niet bewezen is dat er niets was
--   aangiften_sluit    | waar als ook de aangiften optellen tot hun totaal
--   internet_sluit     | waar als ook de internetaangiften optellen tot hun totaal
--   status             | het woord van de bron voor de periode
--   is_maand           | waar voor een maand
--   heeft_ooit_waarde  | waar als de regio in enige versie een getal heeft
--   leeg_is_onmogelijk | waar als de bron met leeg zegt dat een getal niet kan bestaan
--   geldt              | waar als de cijfers van deze versie nu gelden: de nieuwste met alle soorten, op de indeling van nu
--   bekend_tot         | de dag waarop een nieuwere versie kwam; leeg zolang dit de nieuwste is
WITH regio_met_waarde AS (
    SELECT bron,
           regio_code
    FROM optelcontrole
    WHERE met_waarde > 0 OR totaal IS NOT NULL
    GROUP BY bron, regio_code
),
-- Elke regio en periode geldt heel uit een versie.
nieuwste_volledige AS (
    SELECT c.bron,
           c.regio_code,
           c.periode_code,
           max(c.peildatum) AS peildatum
    FROM optelcontrole AS c
    JOIN bronnen AS b ON b.bron = c.bron AND coalesce(b.indeling, c.indeling, 0) = coalesce(c.indeling, b.indeling, 0)
    WHERE c.volledig
    GROUP BY c.bron, c.regio_code, c.periode_code
),
groepen AS (
    SELECT groep
    FROM soortgroep
    GROUP BY groep
)
SELECT c.bron,
       c.peildatum,
       c.regio_code,
       c.periode_code,
       g.groep,
       c.uitkomst = 'sluit' AS sluit,
       c.uitkomst = 'geen enkele waarde' AND coalesce(p.soort, '') = 'maand' AS zonder_getal,
       c.aangiften_sluit,
       c.internet_sluit,
       p.status,
       coalesce(p.soort, '') = 'maand' AS is_maand,
       r.regio_code IS NOT NULL AS heeft_ooit_waarde,
       coalesce(o.standaard, '') = 'Impossible' AS leeg_is_onmogelijk,
       n.peildatum IS NOT NULL AS geldt,
       v.bekend_tot
FROM optelcontrole AS c
CROSS JOIN groepen AS g
LEFT JOIN periode AS p ON p.periode_code = c.periode_code
LEFT JOIN regio_met_waarde AS r ON r.bron = c.bron AND r.regio_code = c.regio_code
LEFT JOIN ruw_onderwerp AS o ON o.bron = c.bron AND o.is_waarde
LEFT JOIN nieuwste_volledige AS n
    ON n.bron = c.bron AND n.regio_code = c.regio_code AND n.periode_code = c.periode_code AND n.peildatum = c.peildatum
LEFT JOIN opvolging AS v
    ON v.groep = g.groep AND v.regio_code = c.regio_code AND v.periode_code = c.periode_code AND v.peildatum = c.peildatum
