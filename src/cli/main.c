/* The one binary. */
int main(void)
{
	return 0;
}
