-- doel:    Hoeveel een reeks van jaar op jaar gewoon schommelt, geschat over vergelijkbare gemeenten (tweede verschillen).
-- korrel:  een rij per laag en reeks
-- sleutel: laag, reeks
-- kolommen:
--   laag        | reeks, thema of benadering
--   reeks       | sleutel van de reeks, het thema of de benadering
--   drietallen  | aantal opeenvolgende drietallen jaren waarop de schatting berust
--   gemeenten   | aantal gemeenten waarop de schatting berust
--   som_teller  | som van (a - 2b + c)^2 - (a + 4b + c)
--   som_noemer  | som van a(a - 1) + 4b(b - 1) + c(c - 1)
--   tau2        | extra variantie van jaar op jaar; leeg als er te weinig drietallen zijn
WITH jaren AS (
    SELECT t.laag,
           t.reeks,
           t.regio_code,
           t.jaar,
           CAST(t.waarde AS DOUBLE) AS c,
           CAST(lag(t.waarde, 1) OVER reeksjaar AS DOUBLE) AS b,
           CAST(lag(t.waarde, 2) OVER reeksjaar AS DOUBLE) AS a,
           lag(t.jaar, 2) OVER reeksjaar AS jaar_a
    FROM telling_jaar AS t
    JOIN vergelijkbaar AS v ON v.regio_code = t.regio_code
    CROSS JOIN conventie AS k
    WHERE t.jaar >= k.dispersie_van
      AND t.jaar <= k.dispersie_tot
      -- Een half jaar is geen schommeling.
      AND NOT t.afwijkend
    WINDOW reeksjaar AS (PARTITION BY t.laag, t.reeks, t.regio_code ORDER BY t.jaar)
),
drietal AS (
    SELECT laag,
           reeks,
           regio_code,
           (a - 2.0 * b + c) * (a - 2.0 * b + c) - (a + 4.0 * b + c) AS teller,
           a * (a - 1.0) + 4.0 * b * (b - 1.0) + c * (c - 1.0) AS noemer
    FROM jaren
    WHERE jaar_a = jaar - 2
      AND a IS NOT NULL
      AND b IS NOT NULL
      AND c IS NOT NULL
),
som AS (
    SELECT laag,
           reeks,
           count(*) AS drietallen,
           count(DISTINCT regio_code) AS gemeenten,
           sum(teller) AS som_teller,
           sum(noemer) AS som_noemer
    FROM drietal
    GROUP BY laag, reeks
)
SELECT s.laag,
       s.reeks,
       s.drietallen,
       s.gemeenten,
       s.som_teller,
       s.som_noemer,
       CASE WHEN s.drietallen >= k.minimum_drietallen AND s.som_noemer > 0.0
            THEN greatest(0.0, s.som_teller / s.som_noemer) END AS tau2
FROM som AS s
CROSS JOIN conventie AS k
