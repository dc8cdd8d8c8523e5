-- doel:    Jaar 0 twee keer: zoals de raad het vaststelde (bevroren) en zoals de bron het nu telt, met de streefwaarde.
-- korrel:  een rij per reeks
-- sleutel: reeks
-- kolommen:
--   reeks              | sleutel van de reeks
--   naam               | naam van de reeks
--   groep              | groep in de tabel van de nota
--   volgorde           | plaats in de tabel van de nota
--   basisjaar          | jaar 0
--   waarde_vastgesteld | jaar 0 zoals vastgesteld; wordt nooit aangepast
--   waarde_bron        | jaar 0 zoals de politie het nu telt
--   verschil           | waarde_bron min waarde_vastgesteld
--   verschil_pct       | verschil in procent van waarde_vastgesteld; leeg onder de grens voor percentages
--   oordeel            | gelijk, verschil binnen het herzieningsbudget, of verschil, oorzaak onbekend (ook als een deel dat is)
--   streefwaarde       | doel voor het streefjaar; de nota stelt er een voor de mand en voor geen enkel delict
--   streefwaarde_soort | doel, of gevoeligheid voor de mand met horizontale fraude
--   streefjaar         | jaar waarvoor de streefwaarde geldt
--   per_1000           | waarde_bron per 1.000 inwoners
--   aanvaard_door      | wie jaar 0 vaststelde
--   aanvaard_op        | dag waarop
--   bron               | tabel van de bron
--   peildatum          | de dag waarop de cijfers van de bron zo bekend waren
--   regel              | regel van de nota
WITH bron AS (
    SELECT d.reeks,
           d.waarde,
           d.per_1000,
           d.bron,
           d.peildatum
    FROM delicten_jaar AS d
    JOIN beleid AS b ON b.gemeente = d.regio_code AND b.basisjaar = d.jaar
),
vergeleken AS (
    SELECT r.reeks,
           r.soort,
           CASE
               WHEN v.waarde IS NULL OR s.waarde IS NULL THEN 'aansluiting_geen_bron'
               WHEN s.waarde = v.waarde THEN 'aansluiting_gelijk'
               WHEN abs(s.waarde - v.waarde) <= greatest(1.0, v.waarde * k.herzieningsbudget_gemeente / 100.0)
                   THEN 'aansluiting_binnen_budget'
               ELSE 'aansluiting_onbekend'
           END AS code
    FROM reeks AS r
    CROSS JOIN conventie AS k
    LEFT JOIN vastgesteld AS v ON v.reeks = r.reeks
    LEFT JOIN bron AS s ON s.reeks = r.reeks
),
onbekend_deel AS (
    SELECT som.reeks
    FROM samenstelling AS som
    JOIN samenstelling AS deel ON deel.laag = som.laag AND deel.soort_code = som.soort_code AND deel.reeks <> som.reeks
    JOIN vergeleken AS d ON d.reeks = deel.reeks AND d.soort = 'reeks' AND d.code = 'aansluiting_onbekend'
    JOIN vergeleken AS s ON s.reeks = som.reeks AND s.soort <> 'reeks'
    WHERE som.laag = 'reeks'
    GROUP BY som.reeks
)
SELECT r.reeks,
       r.naam,
       r.groep,
       r.volgorde,
       b.basisjaar,
       CAST(v.waarde AS BIGINT) AS waarde_vastgesteld,
       s.waarde AS waarde_bron,
       s.waarde - CAST(v.waarde AS BIGINT) AS verschil,
       CASE WHEN v.waarde >= k.percentage_vanaf THEN round(100.0 * (s.waarde - v.waarde) / v.waarde, 6) END AS verschil_pct,
       f.frase AS oordeel,
       CASE WHEN r.streef IS NOT NULL THEN round(v.waarde * (100.0 - b.daling_pct) / 100.0, 6) END AS streefwaarde,
       r.streef AS streefwaarde_soort,
       CASE WHEN r.streef IS NOT NULL THEN b.streefjaar END AS streefjaar,
       s.per_1000,
       v.aanvaard_door,
       v.datum AS aanvaard_op,
       s.bron,
       s.peildatum,
       v.regel
FROM reeks AS r
CROSS JOIN beleid AS b
CROSS JOIN conventie AS k
JOIN vergeleken AS g ON g.reeks = r.reeks
LEFT JOIN onbekend_deel AS o ON o.reeks = r.reeks
JOIN frasen AS f ON f.code = CASE
    WHEN g.code = 'aansluiting_binnen_budget' AND o.reeks IS NOT NULL THEN 'aansluiting_onbekend'
    ELSE g.code
END
LEFT JOIN vastgesteld AS v ON v.reeks = r.reeks
LEFT JOIN bron AS s ON s.reeks = r.reeks
