export const SAMPLE_LANGUAGES = [
  'curl',
  'JavaScript',
  'Python',
  'Java',
  'Go',
] as const;
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number];

export const KEY_PLACEHOLDER = 'YOUR_API_KEY';

type Writer = (call: { method: string; url: string }) => string;

const WRITERS: Record<SampleLanguage, Writer> = {
  curl: ({ method, url }) =>
    `curl ${method === 'GET' ? '' : `-X ${method} `}'${url}' \\
  -H 'X-API-Key: ${KEY_PLACEHOLDER}'`,
  JavaScript: ({ method, url }) =>
    `const response = await fetch('${url}', {
  method: '${method}',
  headers: { 'X-API-Key': '${KEY_PLACEHOLDER}' },
});
console.log(response.status, await response.text());`,
  Python: ({ method, url }) =>
    `from urllib.request import Request, urlopen

request = Request(
    "${url}",
    method="${method}",
    headers={"X-API-Key": "${KEY_PLACEHOLDER}"},
)
with urlopen(request) as response:
    print(response.status, response.read().decode())`,
  Java: ({ method, url }) =>
    `import java.net.URI;
import java.net.http.*;

class Call {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("${url}"))
        .method("${method}", HttpRequest.BodyPublishers.noBody())
        .header("X-API-Key", "${KEY_PLACEHOLDER}")
        .build();
    var response = HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.statusCode() + " " + response.body());
  }
}`,
  Go: ({ method, url }) =>
    `package main

import (
	"fmt"
	"io"
	"net/http"
)

func main() {
	request, err := http.NewRequest("${method}", "${url}", nil)
	if err != nil {
		panic(err)
	}
	request.Header.Set("X-API-Key", "${KEY_PLACEHOLDER}")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
}`,
};

/**
 * A program that calls `url` with the key in `X-API-Key` and prints the answer,
 * with nothing but what each language brings itself.
 */
export function sampleOf(
  language: SampleLanguage,
  call: { readonly method: string; readonly url: string },
): string {
  const { url } = call;
  const method = call.method.toUpperCase();
  return WRITERS[language]({ method, url });
}
