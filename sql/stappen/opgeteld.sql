-- doel:    Per versie, regio en periode de soorten opgeteld naast het totaal van de bron; wat dat bewijst staat in optelcontrole.
-- korrel:  een rij per bron, peildatum, regio en periode
-- sleutel: bron, peildatum, regio_code, periode_code
-- kolommen:
--   bron                   | tabel van de bron
--   peildatum              | de dag waarop de cijfers zo bekend waren
--   regio_code             | regio
--   periode_code           | periode
--   indeling               | jaar van de gemeentelijke indeling waarop de versie staat
--   soorten                | aantal soorten misdrijf dat deze versie voor deze regio en periode bevat, het totaal niet meegeteld
--   soorten_bron           | aantal soorten misdrijf dat de lijst van de bron kent, het totaal niet meegeteld
--   verborgen              | aantal soorten dat de bron alleen per jaar publiceert
--   met_waarde             | aantal soorten misdrijf met een getal
--   totaal                 | het totaal 0.0.0 volgens de bron
--   totaal_aangiften       | het totaal van de aangiften volgens de bron
--   totaal_internet        | het totaal van de internetaangiften volgens de bron
--   som                    | som van de soorten, leeg als nul geteld
--   som_aangiften          | som van de aangiften van de soorten
--   som_internet           | som van de internetaangiften van de soorten
--   verborgen_waarde       | deel van som dat van soorten is die alleen per jaar verschijnen
--   verborgen_aangiften    | hetzelfde van de aangiften
--   verborgen_internet     | hetzelfde van de internetaangiften
--   gepubliceerd           | som van de soorten die de bron over zo'n periode publiceert; van een maand zonder de soorten die alleen per jaar verschijnen
--   gepubliceerd_aangiften | hetzelfde van de aangiften
--   gepubliceerd_internet  | hetzelfde van de internetaangiften
--   volledig               | waar als alle soorten van de bron en het totaal aanwezig zijn
--   is_maand               | waar bij een maand
--   jaar                   | kalenderjaar; leeg als de periode geen jaar of maand is
--   telt                   | waar voor een jaar of maand die op de dag van de versie voorbij was; al het andere blijft overal buiten
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
    UNION ALL
    -- Van een stand die heel is opgehaald is bij het lezen al opgeteld.
    SELECT bron, peildatum, regio_code, periode_code, indeling, soorten, verborgen, met_waarde, totalen,
           totaal, totaal_aangiften, totaal_internet, som, som_aangiften, som_internet,
           verborgen_waarde, verborgen_aangiften, verborgen_internet
    FROM ruw_blok_opgeteld
)
SELECT g.bron, g.peildatum, g.regio_code, g.periode_code, g.indeling, g.soorten, l.soorten_bron, g.verborgen, g.met_waarde,
       g.totaal, g.totaal_aangiften, g.totaal_internet, g.som, g.som_aangiften, g.som_internet,
       g.verborgen_waarde, g.verborgen_aangiften, g.verborgen_internet,
       g.som - CASE WHEN p.soort = 'maand' THEN g.verborgen_waarde ELSE 0 END AS gepubliceerd,
       g.som_aangiften - CASE WHEN p.soort = 'maand' THEN g.verborgen_aangiften ELSE 0 END AS gepubliceerd_aangiften,
       g.som_internet - CASE WHEN p.soort = 'maand' THEN g.verborgen_internet ELSE 0 END AS gepubliceerd_internet,
       g.soorten = l.soorten_bron AND g.totalen = 1 AS volledig,
       coalesce(p.soort = 'maand', false) AS is_maand,
       p.jaar,
       coalesce(p.voorbij_op <= g.peildatum, false) AS telt
FROM geteld AS g
JOIN lijst AS l ON l.bron = g.bron
LEFT JOIN periode AS p ON p.periode_code = g.periode_code
